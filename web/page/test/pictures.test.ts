import { describe, expect, it } from "vitest";

import { inOrder, looksLikePicture } from "../src/intake/pictures.js";

describe("inOrder", () => {
  it("goes by the path in a folder", () => {
    const paths = ["top/b/a.png", "top/a/z.png", "top/10.png", "top/9.png"];
    const files = paths.map((webkitRelativePath) => ({ webkitRelativePath, name: "a.png" }) as File);
    expect(inOrder(files).map(({ webkitRelativePath }) => webkitRelativePath)).toEqual([
      "top/9.png",
      "top/10.png",
      "top/a/z.png",
      "top/b/a.png",
    ]);
  });
});

describe("looksLikePicture", () => {
  it.each([
    ["image/png", "noname", true],
    ["", "OTTER.JPEG", true],
    ["application/octet-stream", "otter.webp", true],
    ["", "Thumbs.db", false],
    ["text/plain", "png", false],
    ["application/pdf", "otter.jpg.pdf", false],
    ["image/jpeg", "._otter.jpg", false],
    ["image/heic", "otter.heic", false],
    ["", "otter.tiff", false],
    ["image/svg+xml", "otter.svg", false],
  ])("of type %j named %s", (type, name, expected) => {
    expect(looksLikePicture({ type, name })).toBe(expected);
  });
});
