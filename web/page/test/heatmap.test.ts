import { describe, expect, it } from "vitest";
import type { Classification } from "wideye";

import { mappedClass, seenArea, strongestNinth } from "../src/answer/map.js";

describe("seenArea", () => {
  const wide = { width: 80, height: 60 };
  const tall = { width: 30, height: 120 };

  it.each([
    // The picture fills the well's width: 60 of 80 pixels are high, 10 lie above and 10 below.
    ["the centre square", wide, "cover", null, { x: 10 / 80, y: 10 / 80, width: 0.75, height: 0.75 }],
    ["the centre square", tall, "cover", null, { x: 45 / 120, y: 45 / 120, width: 0.25, height: 0.25 }],
    [
      "the chosen square",
      wide,
      "cover",
      { x: 8, y: 20, side: 40 },
      { x: 0.1, y: 30 / 80, width: 0.5, height: 0.5 },
    ],
    [
      "the chosen square",
      tall,
      "cover",
      { x: 0, y: 90, side: 30 },
      { x: 0.375, y: 0.75, width: 0.25, height: 0.25 },
    ],
    ["the padded square", tall, "contain", null, { x: 0, y: 0, width: 1, height: 1 }],
    ["the whole picture", wide, "fill", null, { x: 0, y: 0.125, width: 1, height: 0.75 }],
    [
      "the whole picture, whatever was cut out before",
      tall,
      "fill",
      { x: 0, y: 0, side: 9 },
      { x: 0.375, y: 0, width: 0.25, height: 1 },
    ],
  ] as const)("is %s of %j under %s", (_, size, fit, crop, area) => {
    expect(seenArea(size, fit, crop)).toEqual(area);
  });
});

describe("mappedClass", () => {
  const prediction = (index: number) => ({ index, label: `${index}`, superclass: null, probability: 0.1 });
  const result = {
    predictions: [7, 3, 9, 1, 4, 8].map(prediction),
    activationMaps: { width: 1, height: 1, values: new Float32Array(10) },
  } as unknown as Classification;
  const seen = { phase: "seen", result } as const;

  it.each([
    ["the bar pointed at", 3, null, 3],
    ["the pinned bar", null, 9, 9],
    ["the bar pointed at before the pinned one", 3, 9, 3],
    ["the class of index 1 as any other", 1, null, 1],
    ["nothing where no bar is meant", null, null, null],
    ["the pinned bar where the class pointed at has none", 8, 4, 4],
    ["nothing where the pinned class has no bar any more", null, 8, null],
  ])("is %s", (_, pointed, pinned, index) => {
    expect(mappedClass({ look: seen, pointed, pinned })).toBe(index);
  });

  it("is nothing without an answer or maps", () => {
    const { activationMaps, ...plain } = result;
    expect(mappedClass({ look: { phase: "looking" }, pointed: 3, pinned: 3 })).toBeNull();
    expect(mappedClass({ look: { phase: "seen", result: plain }, pointed: 3, pinned: 3 })).toBeNull();
  });
});

describe("strongestNinth", () => {
  // Four cells across have their centres at 1/8, 3/8, 5/8 and 7/8: thirds 0, 1, 1 and 2; two down lie in 0 and 2.
  it.each([
    [0, 0],
    [1, 1],
    [2, 1],
    [3, 2],
    [4, 6],
    [5, 7],
    [7, 8],
  ])("of a map of 4 by 2 cells with its most in cell %d is %d", (cell, ninth) => {
    const values = new Float32Array(16);
    values[8 + cell] = 1;
    values[0] = 5;
    expect(strongestNinth({ width: 4, height: 2, values }, 1)).toBe(ninth);
  });

  it("is null where nothing speaks for the class", () => {
    const values = new Float32Array([-1, 0, 2, 3]);
    expect(strongestNinth({ width: 2, height: 1, values }, 0)).toBeNull();
  });
});
