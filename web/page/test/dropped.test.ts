import { describe, expect, it } from "vitest";

import { filesIn } from "../src/intake/dropped.js";
import { pathOf } from "../src/intake/pictures.js";

const file = (name: string, webkitRelativePath = ""): File =>
  Object.assign(new File([], name), { webkitRelativePath });

const fileEntry = (name: string, folder = "") => ({
  isDirectory: false,
  fullPath: `${folder}/${name}`,
  file: (resolve: (file: File) => void) => resolve(file(name)),
});

/** A folder that hands out two entries at a time, as browsers hand out a hundred. */
const folder = (...entries: object[]) => ({
  isDirectory: true,
  createReader: () => {
    const left = [...entries];
    return { readEntries: (resolve: (part: unknown[]) => void) => resolve(left.splice(0, 2)) };
  },
});

const transfer = (files: File[], entries: (object | null)[]): DataTransfer =>
  ({
    files,
    items: entries.map((entry) => ({ kind: "file", webkitGetAsEntry: () => entry })),
  }) as unknown as DataTransfer;

const pathsIn = async (dropped: DataTransfer) => (await filesIn(dropped)).map(pathOf);

describe("filesIn", () => {
  it("opens folders, in the order of paths", async () => {
    const dropped = transfer(
      [file("b"), file("2.png")],
      [
        folder(
          fileEntry("10.png", "/b"),
          folder(fileEntry("1.png", "/b/a")),
          fileEntry("9.png", "/b"),
          fileEntry("8.png", "/b"),
        ),
        fileEntry("2.png"),
      ],
    );
    expect(await pathsIn(dropped)).toEqual(["2.png", "b/8.png", "b/9.png", "b/10.png", "b/a/1.png"]);
  });

  it("takes lone files and pasted ones, which have no entries, as they are", async () => {
    const files = [file("10.png"), file("9.png")];
    expect(await pathsIn(transfer(files, [null, null]))).toEqual(["9.png", "10.png"]);
    expect(
      await pathsIn(
        transfer(
          files,
          files.map(({ name }) => fileEntry(name)),
        ),
      ),
    ).toEqual(["9.png", "10.png"]);
  });

  it("finds nothing in an empty folder", async () => {
    expect(await pathsIn(transfer([file("b")], [folder()]))).toEqual([]);
  });
});
