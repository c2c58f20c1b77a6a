import { describe, expect, it } from "vitest";
import type { Classification } from "wideye";

import { mappedClass, strongestNinth } from "../src/answer/map.js";

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
