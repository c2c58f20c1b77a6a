import { describe, expect, it } from "vitest";

import { framed, largest, shown } from "../src/picture/frame.js";

const wide = { width: 80, height: 60 };
const tall = { width: 30, height: 120 };

describe("largest", () => {
  it.each([
    // (80 - 60) / 2, (120 - 30) / 2
    [wide, { x: 10, y: 0, side: 60 }],
    [tall, { x: 0, y: 45, side: 30 }],
    // (5 - 2) / 2, rounded down
    [
      { width: 5, height: 2 },
      { x: 1, y: 0, side: 2 },
    ],
    [
      { width: 1, height: 1 },
      { x: 0, y: 0, side: 1 },
    ],
  ])("of %j", (size, square) => {
    expect(largest(size)).toEqual(square);
  });
});

describe("framed", () => {
  const crop = { x: 8, y: 20, side: 22 };

  it.each([
    ["the middle square", wide, "cover", null, { x: 10, y: 0, width: 60, height: 60 }],
    ["the chosen square", wide, "cover", crop, { x: 8, y: 20, width: 22, height: 22 }],
    // (80 - 60) / 2 above, (120 - 30) / 2 at the left
    ["the padded square", wide, "contain", crop, { x: 0, y: -10, width: 80, height: 80 }],
    ["the padded square", tall, "contain", null, { x: -45, y: 0, width: 120, height: 120 }],
    ["the whole picture", tall, "fill", crop, { x: 0, y: 0, width: 30, height: 120 }],
  ] as const)("is %s of %j under %s", (_, size, fit, crop, seen) => {
    expect(framed(size, { fit, crop })).toEqual(seen);
  });
});

describe("shown", () => {
  it.each([
    // 60 of 80 pixels are high: 10 lie above, 10 below.
    ["the whole picture", wide, { x: 0, y: 0, ...wide }, { x: 0, y: 0.125, width: 1, height: 0.75 }],
    ["a part", wide, { x: 8, y: 20, width: 40, height: 20 }, { x: 0.1, y: 0.375, width: 0.5, height: 0.25 }],
    // 30 of 120 pixels are wide: 45 lie at the left, 45 at the right.
    ["the whole picture", tall, { x: 0, y: 0, ...tall }, { x: 0.375, y: 0, width: 0.25, height: 1 }],
    ["a part", tall, { x: 3, y: 90, width: 24, height: 30 }, { x: 0.4, y: 0.75, width: 0.2, height: 0.25 }],
    ["what is padded", tall, { x: -45, y: 0, width: 120, height: 120 }, { x: 0, y: 0, width: 1, height: 1 }],
  ])("of %s of %j", (_, size, part, place) => {
    expect(shown(part, size)).toEqual(place);
  });
});
