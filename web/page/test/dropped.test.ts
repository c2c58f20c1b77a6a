import { describe, expect, it } from "vitest";

import { filesIn, inOrder, looksLikePicture } from "../src/intake/dropped.js";

const file = (name: string, webkitRelativePath = ""): File =>
  Object.assign(new File([], name), { webkitRelativePath });

const fileEntry = (name: string) => ({
  name,
  isDirectory: false,
  file: (resolve: (file: File) => void) => resolve(file(name)),
});

/** A folder that hands out two entries at a time, as browsers hand out a hundred. */
const folder = (name: string, ...entries: { name: string }[]) => ({
  name,
  isDirectory: true,
  createReader: () => {
    const left = [...entries];
    return { readEntries: (resolve: (part: unknown[]) => void) => resolve(left.splice(0, 2)) };
  },
});

const transfer = (files: File[], entries: ({ name: string } | null)[]): DataTransfer =>
  ({
    files,
    items: entries.map((entry) => ({ kind: "file", webkitGetAsEntry: () => entry })),
  }) as unknown as DataTransfer;

const namesIn = async (dropped: DataTransfer) => (await filesIn(dropped)).map(({ name }) => name);

describe("filesIn", () => {
  it("opens folders, in the order of names", async () => {
    const dropped = transfer(
      [file("b"), file("2.png")],
      [
        folder(
          "b",
          fileEntry("10.png"),
          fileEntry("9.png"),
          folder("a", fileEntry("z.png")),
          fileEntry("8.png"),
        ),
        fileEntry("2.png"),
      ],
    );
    expect(await namesIn(dropped)).toEqual(["2.png", "8.png", "9.png", "10.png", "z.png"]);
  });

  it("takes lone files and pasted ones, which have no entries, as they are", async () => {
    const files = [file("10.png"), file("9.png")];
    expect(await namesIn(transfer(files, [null, null]))).toEqual(["9.png", "10.png"]);
    expect(
      await namesIn(
        transfer(
          files,
          files.map(({ name }) => fileEntry(name)),
        ),
      ),
    ).toEqual(["9.png", "10.png"]);
  });

  it("finds nothing in an empty folder", async () => {
    expect(await namesIn(transfer([file("b")], [folder("b")]))).toEqual([]);
  });
});

describe("inOrder", () => {
  it("goes by the path in a chosen folder", () => {
    const files = [file("a.png", "top/b/a.png"), file("z.png", "top/a/z.png"), file("m.png", "top/10.png")];
    expect(inOrder(files).map(({ name }) => name)).toEqual(["m.png", "z.png", "a.png"]);
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
  ])("of type %j named %s", (type, name, expected) => {
    expect(looksLikePicture({ type, name })).toBe(expected);
  });
});
