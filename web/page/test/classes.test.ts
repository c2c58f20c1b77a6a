// @vitest-environment happy-dom
import { describe, expect, it } from "vitest";

import { arranged, type Entry, matching } from "../src/classes/list.js";
import { classElement } from "../src/classes/view.js";
import { wordsOf } from "../src/words/languages.js";

const entry = (index: number, label: string, name: string, superclass: string, accuracy: number): Entry => ({
  index,
  label,
  name,
  superclass,
  accuracy,
});
const oak = entry(52, "oak", "Eiche", "Bäume", 0.73);
const road = entry(68, "road", "Straße", "Bauwerke", 0.95);
const bear = entry(3, "bear", "Bär", "Raubtiere", 0.63);
const lawnMower = entry(41, "lawn_mower", "Rasenmäher", "Fahrzeuge", 0.91);
const pine = entry(59, "pine", "Kiefer", "Bäume", 0.73);
const all = [oak, road, bear, lawnMower, pine];

describe("matching", () => {
  it.each([
    ["", all],
    ["  ", all],
    ["bar", [bear]],
    ["BÄR", [bear]],
    ["strasse", [road]],
    ["Lawn mower", [lawnMower]],
    ["ROAD", [road]],
    ["oak ", [oak]],
    ["mahe", [lawnMower]],
    ["e", [oak, road, bear, lawnMower, pine]],
    ["otter", []],
  ])("of %j", (query, entries) => {
    expect(matching(all, query)).toEqual(entries);
  });
});

describe("arranged", () => {
  it("by group has headings, both in the language's order", () => {
    expect(arranged(all, "group", "de")).toEqual([
      { heading: "Bäume", entries: [oak, pine] },
      { heading: "Bauwerke", entries: [road] },
      { heading: "Fahrzeuge", entries: [lawnMower] },
      { heading: "Raubtiere", entries: [bear] },
    ]);
  });

  it("by group has one part without a heading where there are no groups", () => {
    const plain = [road, bear].map((known) => ({ ...known, superclass: null }));
    expect(arranged(plain, "group", "de")).toEqual([{ heading: null, entries: [plain[1], plain[0]] }]);
  });

  it("by name and by accuracy has no headings; ties are by name", () => {
    const names = (order: "name" | "accuracy") =>
      arranged(all, order, "de").map(({ heading, entries }) => [heading, entries.map(({ name }) => name)]);
    expect(names("name")).toEqual([[null, ["Bär", "Eiche", "Kiefer", "Rasenmäher", "Straße"]]]);
    expect(names("accuracy")).toEqual([[null, ["Straße", "Rasenmäher", "Eiche", "Kiefer", "Bär"]]]);
  });
});

describe("classElement", () => {
  it("matches its snapshot", () => {
    expect(classElement(bear, wordsOf("de")).outerHTML).toMatchInlineSnapshot(
      `"<li class="class" data-index="3"><span class="class-name">Bär</span><span class="class-now"></span><span class="class-right">etwa 6 von 10 Mal richtig</span><span class="class-bar" aria-hidden="true" style="--accuracy: 0.63;"></span></li>"`,
    );
    expect(classElement({ ...bear, accuracy: null }, wordsOf("de")).outerHTML).toMatchInlineSnapshot(
      `"<li class="class" data-index="3"><span class="class-name">Bär</span><span class="class-now"></span></li>"`,
    );
  });

  it.each([
    [0.4, "right about 4 times in 10"],
    [0.949, "right about 9 times in 10"],
    [0.95, "right nearly always"],
    [0.14, "right about 1 time in 10"],
    [0.04, "right hardly ever"],
  ])("says of %d: %s", (accuracy, text) => {
    const line = classElement({ ...bear, accuracy }, wordsOf("en"));
    expect(line.querySelector(".class-right")!.textContent).toBe(text);
  });
});
