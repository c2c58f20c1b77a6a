// @vitest-environment happy-dom
import { beforeAll, beforeEach, describe, expect, it, vi } from "vitest";

import { pictureTyped, takeFiles, takePictures } from "../src/intake/intake.js";
import { classesIn, nameOf } from "../src/intake/naming.js";

const BASE = "https://wideye.example/app/index.html";

describe("pictureTyped", () => {
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
    ["./otter.jpg?size=2", "https://wideye.example/app/otter.jpg?size=2", "wideye.example/app/otter.jpg"],
    ["data:image/png;base64,AAAA", "data:image/png;base64,AAAA", "data:"],
  ])("reads %j", (text, href, name) => {
    const picture = pictureTyped(text, BASE);
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
    ["otter"],
    ["correct horse battery staple"],
    ["Tr0ub4dor&3"],
    ["swordfish.7"],
    ["an otter.jpg"],
    ["https://a.example/otter.jpg and what I think of it"],
    ["//[otter.jpg"],
  ])("refuses %j", (text) => {
    expect(pictureTyped(text, BASE)).toBeNull();
  });
});

describe("takePictures", () => {
  const takers = { look: vi.fn(), takeMany: vi.fn(), refuse: vi.fn(), fail: vi.fn() };
  const transfer = (data: Record<string, string>, files: File[] = []) => ({
    files,
    items: [],
    types: [...Object.keys(data), ...(files.length > 0 ? ["Files"] : [])],
    getData: (type: string) => data[type] ?? "",
  });
  /** Returns the addresses that are looked at, and whether the browser is left to do what it does. */
  const send = (type: "paste" | "drop", target: string, what: ReturnType<typeof transfer>) => {
    const event = new Event(type, { bubbles: true, cancelable: true });
    Object.assign(event, { clipboardData: what, dataTransfer: what });
    document.querySelector(target)!.dispatchEvent(event);
    return {
      looked: takers.look.mock.calls.map(([{ source }]) => String(source)),
      left: !event.defaultPrevented,
    };
  };
  const address = "https://a.example/otter.jpg";

  beforeEach(() => vi.clearAllMocks());

  beforeAll(() => {
    document.body.innerHTML = `<form id="address"><input id="url" type="url" /></form>
      <input id="filter" type="search" /><textarea></textarea><p contenteditable>notes</p>
      <input id="fit" type="radio" /><main></main>`;
    takePictures(document, takers);
  });

  it.each([
    "otter",
    "hunter2",
    "correct horse battery staple",
    "/etc/passwd.png",
    "otter.jpg",
    "a.example/b.png",
  ])("leaves the pasted or dropped text %j alone", (text) => {
    expect(send("paste", "main", transfer({ "text/plain": text }))).toEqual({ looked: [], left: true });
    expect(send("drop", "main", transfer({ "text/plain": text })).looked).toEqual([]);
    expect(takers.refuse).not.toHaveBeenCalled();
  });

  it.each(["#url", "#filter", "textarea", "[contenteditable]"])("leaves texts for %s there", (field) => {
    for (const type of ["paste", "drop"] as const) {
      const text = transfer({ "text/plain": address, "text/uri-list": address });
      expect(send(type, field, text)).toEqual({ looked: [], left: true });
    }
  });

  it.each(["main", "#fit"])("looks at a whole address pasted or dropped on %s", (place) => {
    expect(send("paste", place, transfer({ "text/plain": ` ${address}\n` })).looked).toEqual([address]);
    const link = transfer({ "text/uri-list": `# from a drop\r\n${address}?2\r\n${address}?3` });
    expect(send("drop", place, link)).toEqual({ looked: [address, `${address}?2`], left: false });
  });

  it("takes a pasted picture even in a field, but not the one beside a copied text", async () => {
    const file = new File([], "otter.png");
    expect(send("paste", "#filter", transfer({ "text/plain": "otter" }, [file])).left).toBe(true);
    expect(send("paste", "#filter", transfer({}, [file])).left).toBe(false);
    await vi.waitFor(() => expect(takers.look).toHaveBeenCalledOnce());
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
