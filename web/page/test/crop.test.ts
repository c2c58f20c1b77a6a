import { describe, expect, it } from "vitest";

import { keyed, moved, reduced, scaled, stretched } from "../src/picture/crop.js";
import type { Square } from "../src/state.js";

// Longer than wide, so that swapped axes show.
const size = { width: 200, height: 300 };
const square = (x: number, y: number, side: number): Square => ({ x, y, side });

describe("moved", () => {
  it.each([
    [10, 20, square(60, 90, 40)],
    [-0.6, 0.4, square(49, 70, 40)],
    [-51, -71, square(0, 0, 40)],
    // At most 200 - 40 and 300 - 40.
    [500, 500, square(160, 260, 40)],
  ])("by %d, %d", (dx, dy, expected) => {
    expect(moved(square(50, 70, 40), dx, dy, size)).toEqual(expected);
  });
});

describe("stretched", () => {
  it.each([
    // A corner dragged by (10, 20) outwards: the side grows by the mean, 15.
    ["lower right", { x: 1, y: 1 }, 10, 20, square(50, 70, 55)],
    ["upper left", { x: -1, y: -1 }, -10, -20, square(35, 55, 55)],
    ["upper right", { x: 1, y: -1 }, 10, -20, square(50, 55, 55)],
    ["lower left", { x: -1, y: 1 }, -10, 20, square(35, 70, 55)],
    // From x = 50 there are 150 pixels to the right edge, 230 to the lower one.
    ["lower right, too far", { x: 1, y: 1 }, 900, 900, square(50, 70, 150)],
    // The lower right corner lies at (90, 110): 90 pixels to the left edge.
    ["upper left, too far", { x: -1, y: -1 }, -900, -900, square(0, 20, 90)],
    ["lower right, past the opposite corner", { x: 1, y: 1 }, -900, -900, square(50, 70, 8)],
    ["upper left, past the opposite corner", { x: -1, y: -1 }, 900, 900, square(82, 102, 8)],
  ] as const)("at the %s", (_, corner, dx, dy, expected) => {
    expect(stretched(square(50, 70, 40), corner, dx, dy, size)).toEqual(expected);
  });

  it("leaves a picture of fewer than eight pixels as it is", () => {
    const small = { width: 5, height: 3 };
    expect(stretched(square(1, 0, 3), { x: 1, y: 1 }, -2, -2, small)).toEqual(square(1, 0, 3));
  });
});

describe("scaled", () => {
  it.each([
    // 40 becomes 80; a quarter of the way in stays there: 60 - 80 / 4, 90 - 80 / 2.
    ["about a point", 2, { x: 60, y: 90 }, square(40, 50, 80)],
    ["to half", 0.5, { x: 60, y: 90 }, square(55, 80, 20)],
    ["by at least a pixel", 1.001, { x: 50, y: 70 }, square(50, 70, 41)],
    ["down by at least a pixel", 0.999, { x: 50, y: 70 }, square(50, 70, 39)],
    ["to the whole width", 100, { x: 60, y: 90 }, square(0, 0, 200)],
    // 8 / 40 of 10 and 20 pixels
    ["to eight pixels", 0.01, { x: 60, y: 90 }, square(58, 86, 8)],
  ] as const)("%s", (_, factor, about, expected) => {
    expect(scaled(square(50, 70, 40), factor, about, size)).toEqual(expected);
  });

  it("stays inside at the edge", () => {
    expect(scaled(square(160, 260, 40), 2, { x: 160, y: 260 }, size)).toEqual(square(120, 220, 80));
  });
});

describe("keyed", () => {
  it.each([
    // A thirty-second of 64 is 2, eight times that is 16.
    ["ArrowLeft", false, square(48, 70, 64)],
    ["ArrowRight", false, square(52, 70, 64)],
    ["ArrowUp", false, square(50, 68, 64)],
    ["ArrowDown", true, square(50, 86, 64)],
    // 64 * 1.1 = 70.4, rounded up; half of 7 less on each side
    ["+", true, square(47, 67, 71)],
    ["=", false, square(47, 67, 71)],
    // 64 / 1.1 = 58.2, rounded down
    ["-", false, square(53, 73, 58)],
    ["Home", false, null],
    ["Tab", false, undefined],
  ])("by %s", (key, shift, expected) => {
    expect(keyed(square(50, 70, 64), key, shift, size)).toEqual(expected);
  });

  it("moves the smallest square by one pixel", () => {
    expect(keyed(square(50, 70, 8), "ArrowRight", false, size)).toEqual(square(51, 70, 8));
  });
});

describe("reduced", () => {
  it("keeps at least a pixel", () => {
    expect(reduced(square(50, 70, 40), 0.25)).toEqual(square(12, 17, 10));
    expect(reduced(square(1000, 4000, 8), 0.1)).toEqual(square(100, 400, 1));
  });
});
