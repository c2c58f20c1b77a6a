import { describe, expect, it } from "vitest";

import { counted, isOwnFile, leftDevice } from "../src/offline/requests.js";
import { policyOf } from "../vite/one-file.js";

describe("leftDevice", () => {
  it.each([
    ["fetched", "https://a.example/otter.jpg", 300_417, 300_117, true],
    ["asked about and not modified", "https://a.example/otter.jpg", 300, 300_117, true],
    ["hidden by another site, or failed", "https://a.example/otter.jpg", 0, 0, true],
    ["from the browser's cache", "https://a.example/otter.jpg", 0, 300_117, false],
    ["inside the page", "data:image/png;base64,AAAA", 0, 0, false],
    ["a file that was chosen", "blob:https://wideye.example/1234", 0, 0, false],
    ["a file on the disk", "file:///otter.jpg", 0, 0, false],
  ])("%s", (_, name, transferSize, decodedBodySize, expected) => {
    expect(leftDevice({ name, transferSize, decodedBodySize })).toBe(expected);
  });
});

describe("isOwnFile", () => {
  it.each([
    ["beside the page", "https://a.example/wideye/wideye.html", true],
    ["below it", "https://a.example/wideye/assets/narrow-1a2b.onnx", true],
    ["elsewhere on its server", "https://a.example/otter.jpg", false],
    ["in a folder whose name begins alike", "https://a.example/wideye-2/otter.jpg", false],
    ["on another server", "https://b.example/wideye/otter.jpg", false],
  ])("%s", (_, address, expected) => {
    expect(isOwnFile(address, "https://a.example/wideye/index.html#tool=scene")).toBe(expected);
  });
});

describe("counted", () => {
  it("counts each address in the order of the first requests", () => {
    expect([...counted(["b", "a", "b", "c", "b"])]).toEqual([
      ["b", 3],
      ["a", 1],
      ["c", 1],
    ]);
  });
});

describe("policyOf", () => {
  it("leaves nothing to an origin that a file does not have", () => {
    const policy =
      "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; style-src 'self'; img-src 'self' blob: data:; object-src 'none'";
    expect(policyOf(policy, "'sha256-AA='", "'sha256-BB='")).toBe(
      "default-src 'none'; script-src 'sha256-AA=' 'wasm-unsafe-eval'; worker-src blob:; style-src 'sha256-BB='; img-src blob: data:; object-src 'none'",
    );
  });
});
