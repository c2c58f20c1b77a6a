import { describe, expect, it } from "vitest";

import { pictureAtAddress } from "../src/intake/intake.js";
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
