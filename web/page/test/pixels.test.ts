import { describe, expect, it } from "vitest";
import type { Pixels } from "wideye";

import { blurred, darkened, greyscale, mirrored, noisy, shifted } from "../src/changes/pixels.js";

/** Pixels from rows of `[red, green, blue]`, opaque but for what `alpha` says. */
function picture(rows: number[][][], alpha = 255): Pixels {
  return {
    width: rows[0]!.length,
    height: rows.length,
    data: new Uint8ClampedArray(rows.flat().flatMap((colour) => [...colour, alpha])),
  };
}

const [red, green, blue, white] = [
  [255, 0, 0],
  [0, 255, 0],
  [0, 0, 255],
  [255, 255, 255],
];
const [black, brown] = [
  [0, 0, 0],
  [100, 60, 20],
];
const twoByThree = picture([
  [red, green, blue],
  [white, black, brown],
] as number[][][]);

describe("greyscale", () => {
  it("weighs red, green and blue as the eye does", () => {
    // 0.299 * 255 = 76.245, 0.587 * 255 = 149.685, 0.114 * 255 = 29.07; 29.9 + 35.22 + 2.28 = 67.4
    const greys = [76, 150, 29, 255, 0, 67].map((grey) => [grey, grey, grey]);
    expect(greyscale(twoByThree)).toEqual(picture([greys.slice(0, 3), greys.slice(3)]));
  });
});

describe("mirrored", () => {
  it("exchanges left and right in each row", () => {
    expect(mirrored(twoByThree)).toEqual(
      picture([
        [blue, green, red],
        [brown, black, white],
      ] as number[][][]),
    );
  });
});

describe("shifted", () => {
  it.each([
    [0, [red, green, blue], [white, black, brown]],
    [1, [red, red, green], [white, white, black]],
    [2, [red, red, red], [white, white, white]],
    [5, [red, red, red], [white, white, white]],
  ])("by %d repeats the left edge", (columns, upper, lower) => {
    expect(shifted(twoByThree, columns)).toEqual(picture([upper, lower] as number[][][]));
  });
});

describe("darkened", () => {
  it("multiplies each colour value", () => {
    // 0.5 * 255 = 127.5, which rounds to the even 128; 0.5 * (100, 60, 20) = (50, 30, 10)
    expect(darkened(picture([[red!, brown!]]), 0.5)).toEqual(
      picture([
        [
          [128, 0, 0],
          [50, 30, 10],
        ],
      ]),
    );
  });
});

describe("blurred", () => {
  it("weighs neighbours by a Gaussian along a row", () => {
    const row = picture([[black!, black!, white!, black!, black!]]);
    // sigma 0.5 reaches 2 pixels: exp(-2) = 0.135335, exp(-8) = 0.000335, in all 1.271341
    // 255 / 1.271341 = 200.58, 255 * 0.135335 / 1.271341 = 27.14, 255 * 0.000335 / 1.271341 = 0.07
    const greys = [0, 27, 201, 27, 0].map((grey) => [grey, grey, grey]);
    expect(blurred(row, 0.5)).toEqual(picture([greys]));
  });

  it("does the same along a column", () => {
    const column = picture([[black!], [black!], [white!], [black!], [black!]]);
    const greys = [0, 27, 201, 27, 0].map((grey) => [[grey, grey, grey]]);
    expect(blurred(column, 0.5)).toEqual(picture(greys));
  });

  it("repeats the edges outside", () => {
    // The left of two pixels is met at its place and at both places outside: 1 + 0.135335 + 0.000335 of 1.271341
    // 255 * 1.135670 / 1.271341 = 227.79, the rest is 27.21
    const row = picture([[white!, black!]]);
    expect(blurred(row, 0.5)).toEqual(
      picture([
        [
          [228, 228, 228],
          [27, 27, 27],
        ],
      ]),
    );
  });

  it("leaves one colour and its opacity as they are", () => {
    const brownAll = picture([[brown!, brown!, brown!]], 90);
    expect(blurred(brownAll, 2)).toEqual(brownAll);
  });
});

describe("noisy", () => {
  const grey = picture(Array.from({ length: 40 }, () => Array.from({ length: 50 }, () => [128, 128, 128])));

  it("adds values of mean 0 and the given deviation, unalike in red, green and blue", () => {
    const { width, height, data } = noisy(grey, 0.1);
    expect([width, height]).toEqual([50, 40]);
    const values = [0, 1, 2].map((channel) => [...data].filter((_, at) => at % 4 === channel));
    const [reds, greens, blues] = values as [number[], number[], number[]];
    for (const channel of [reds, greens, blues]) {
      const mean = channel.reduce((sum, value) => sum + value) / channel.length;
      const variance = channel.reduce((sum, value) => sum + (value - mean) ** 2, 0) / channel.length;
      // 2,000 values of deviation 25.5: their mean deviates by 25.5 / sqrt(2000) = 0.57, their deviation by 0.40.
      expect(Math.abs(mean - 128)).toBeLessThan(4 * 0.57);
      expect(Math.abs(Math.sqrt(variance) - 25.5)).toBeLessThan(4 * 0.4);
    }
    expect(reds).not.toEqual(greens);
    expect(greens).not.toEqual(blues);
    expect([...data].every((value, at) => at % 4 !== 3 || value === 255)).toBe(true);
  });

  it("adds the same noise each time, more of it when it is stronger", () => {
    expect(noisy(grey, 0.05)).toEqual(noisy(grey, 0.05));
    // Twice the deviation is twice the difference, but for rounding.
    const [weak, strong] = [noisy(grey, 0.02).data, noisy(grey, 0.04).data];
    const apart = weak.map((value, at) =>
      Math.abs(strong[at]! - grey.data[at]! - 2 * (value - grey.data[at]!)),
    );
    expect(Math.max(...apart)).toBeLessThanOrEqual(1.5);
  });

  it("changes nothing at strength 0", () => {
    expect(noisy(twoByThree, 0)).toEqual(twoByThree);
  });
});
