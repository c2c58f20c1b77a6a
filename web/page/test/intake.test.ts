import { describe, expect, it, vi } from "vitest";

import { pictureAtAddress, takeFiles } from "../src/intake/intake.js";
import { classesIn, nameOf } from "../src/intake/naming.js";

const BASE = "https://wideye.example/app/index.html";

describe("pictureAtAddress", () => {
  it.each([
    [
      "https://a.example/b/otter.jpg?size=2#top",
      "https://a.example/b/otter.jpg?size=2#top",
      "a.example/b/otter.jpg",
    ],
    ["  http://a.example/otter.jpg\n", "http://a.example/otter.jpg", "a.example/otter.jpg"],
    ["a.example/otter.jpg", "https://a.example/otter.jpg", "a.example/otter.jpg"],
    ["otter.jpg", "https://wideye.example/app/otter.jpg", "wideye.example/app/otter.jpg"],
    ["/otter.jpg", "https://wideye.example/otter.jpg", "wideye.example/otter.jpg"],
    [
      "# from a drop\r\nhttps://a.example/1.png\r\nhttps://a.example/2.png",
      "https://a.example/1.png",
      "a.example/1.png",
    ],
    ["data:image/png;base64,AAAA", "data:image/png;base64,AAAA", "data:"],
  ])("reads %j", (text, href, name) => {
    const picture = pictureAtAddress(text, BASE);
    expect((picture!.source as URL).href).toBe(href);
    expect(picture!.name).toBe(name);
  });

  it.each([
    [""],
    [" \n "],
    ["# only a comment"],
    ["https://"],
    ["ftp://a.example/otter.jpg"],
    ["javascript:alert(1)"],
  ])("refuses %j", (text) => {
    expect(pictureAtAddress(text, BASE)).toBeNull();
  });
});

describe("takeFiles", () => {
  const png = (name: string) => new File([name], name, { type: "image/png" });
  const text = new File(["text"], "notes.txt", { type: "text/plain" });
  const unknown = new File(["?"], "otter");

  it.each<[string, File[], "look" | "takeMany" | "fail", unknown]>([
    ["a picture", [png("a.png")], "look", { name: "a.png" }],
    ["the one picture among other files", [text, png("a.png")], "look", { name: "a.png" }],
    // What it is shows when it is decoded.
    ["a lone file of an unknown type", [unknown], "look", { name: "otter" }],
    [
      "several pictures and what lies beside them",
      [png("b.png"), text, png("a.png")],
      "takeMany",
      [{ name: "b.png" }, { name: "notes.txt" }, { name: "a.png" }],
    ],
    ["no picture", [text, unknown], "fail", { code: "no-picture" }],
  ])("hands on %s", (_, files, taker, taken) => {
    const takers = { look: vi.fn(), takeMany: vi.fn(), fail: vi.fn() };
    takeFiles(files, takers);
    const calls = Object.entries(takers).flatMap(([name, { mock }]) =>
      mock.calls.map(([value]) => [name, value]),
    );
    expect(calls).toEqual([[taker, expect.anything()]]);
    expect(calls[0]![1]).toMatchObject(taken as object);
  });
});

describe("naming", () => {
  it("tells what a picture really shows in each language", () => {
    const picture = { name: "Castle and bridge", classes: ["castle", "bridge"] };
    expect(classesIn(picture, "en")).toBe("castle and bridge");
    expect(nameOf(picture, "en")).toBe("Castle and bridge");
    expect(nameOf(picture, "es")).toBe("Castillo y puente");
  });

  it("leaves other pictures their name", () => {
    expect(classesIn({}, "en")).toBeNull();
    expect(nameOf({ name: "drawing.png" }, "de")).toBe("drawing.png");
  });
});
