import { describe, expect, it } from "vitest";

import { outsideCentreSquare } from "../src/picture/preview.js";

describe("outsideCentreSquare", () => {
  it.each([
    // (800 - 600) / 2 of a shown square of 800
    [800, 600, { inline: 0.125, block: 0 }],
    // (90 - 30) / 2 of a shown square of 90
    [30, 90, { inline: 0, block: 1 / 3 }],
    [32, 32, { inline: 0, block: 0 }],
  ])("of %d by %d", (width, height, expected) => {
    expect(outsideCentreSquare({ width, height })).toEqual(expected);
  });
});
