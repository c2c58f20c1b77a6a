import { afterEach, describe, expect, it, vi } from "vitest";

import { heatmap } from "../src/heatmap.js";
import { createClassifier } from "../src/index.js";
import { formulaPicture, modelFile, wasmFile } from "./fixtures.js";

const resultOf = (width: number, height: number, ...maps: number[][]) => ({
  activationMaps: { width, height, values: new Float32Array(maps.flat()) },
});

const pixel = ({ data, width }: { data: ArrayLike<number>; width: number }, x: number, y: number) =>
  Array.from({ length: 4 }, (_, channel) => data[4 * (y * width + x) + channel]);

// The ends and the middle of the scale; the opacity is 0.8 * 255 = 204 times the share.
const NOTHING = [0, 0, 0, 0];
const MOST = [0xf0, 0xf9, 0x21, 204];
const HALF = [0xcc, 0x47, 0x78, 102];

const internal = (message: RegExp) =>
  expect.objectContaining({
    name: "ClassifierError",
    code: "internal",
    message: expect.stringMatching(message),
  });

afterEach(() => vi.unstubAllGlobals());

describe("heatmap", () => {
  it("colours each cell by its share of the map's largest value", () => {
    const image = heatmap(resultOf(3, 2, [4, 2, 0, -8, 0.4, 1]), 0, { width: 3, height: 2 });
    expect([image.width, image.height, image.data.length]).toEqual([3, 2, 24]);
    expect(pixel(image, 0, 0)).toEqual(MOST);
    expect(pixel(image, 1, 0)).toEqual(HALF);
    expect(pixel(image, 2, 0)).toEqual(NOTHING);
    expect(pixel(image, 0, 1)).toEqual(NOTHING);
    // 0.4 of 4 is a tenth: the second colour, 20.4 opaque.
    expect(pixel(image, 1, 1)).toEqual([0x41, 0x04, 0x9d, 20]);
    // 1 of 4 lies midway between 6a00a8 and 8f0da4: (106 + 143) / 2 = 124.5, 6.5, 166; halves go to even.
    expect(pixel(image, 2, 1)).toEqual([124, 6, 166, 51]);
  });

  it("takes the map of the class, normalised by itself", () => {
    const maps = resultOf(2, 1, [100, 50], [0, 2], [-1, -2]);
    expect([...heatmap(maps, 1, { width: 2, height: 1 }).data]).toEqual([...NOTHING, ...MOST]);
    expect([...heatmap(maps, 2, { width: 2, height: 1 }).data]).toEqual([...NOTHING, ...NOTHING]);
    expect([...heatmap(resultOf(1, 1, [0]), 0, { width: 1, height: 1 }).data]).toEqual(NOTHING);
  });

  it("interpolates between the cells' centres, across and down", () => {
    // Four pixels of two cells have their centres at -1/4, 1/4, 3/4 and 5/4 cells, held within 0 and 1.
    const across = heatmap(resultOf(2, 1, [0, 1]), 0, { width: 4, height: 1 });
    const opacity = (image: ImageData) => [...image.data].filter((_, at) => at % 4 === 3);
    expect(opacity(across)).toEqual([0, 51, 153, 204]);
    const down = heatmap(resultOf(1, 2, [0, 1]), 0, { width: 1, height: 4 });
    expect(opacity(down)).toEqual([0, 51, 153, 204]);
    // Three pixels of two by two cells: the middle one is the mean of the four, 4 / 4 of 4 = a quarter.
    const both = heatmap(resultOf(2, 2, [4, 0, 0, 0]), 0, { width: 3, height: 3 });
    expect(opacity(both)).toEqual([204, 102, 0, 102, 51, 0, 0, 0, 0]);
    // Values against the class count between cells: midway from -1 to 3 is 1, a third of 3.
    expect(opacity(heatmap(resultOf(2, 1, [-1, 3]), 0, { width: 3, height: 1 }))).toEqual([0, 68, 204]);
  });

  it("is 32 times as large as the map unless told otherwise", () => {
    const { width, height } = heatmap(resultOf(3, 2, [0, 0, 0, 0, 0, 1]), 0);
    expect([width, height]).toEqual([96, 64]);
    expect(heatmap(resultOf(3, 2, [0, 0, 0, 0, 0, 1]), 0, { width: 7 })).toMatchObject({
      width: 7,
      height: 64,
    });
  });

  it("has colours whose lightness rises evenly", () => {
    // CIE L* of each tenth, from relative luminance; Source: IEC 61966-2-1 and CIE 15.
    const shares = Array.from({ length: 11 }, (_, tenth) => (tenth === 0 ? 1e-9 : tenth / 10));
    const image = heatmap(resultOf(11, 1, shares), 0, { width: 11, height: 1 });
    const linear = (value: number) =>
      value <= 0.04045 * 255 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4;
    const lightness = shares.map((_, x) => {
      const [red, green, blue] = pixel(image, x, 0).map((value) => linear(value!));
      return 116 * Math.cbrt(0.2126 * red! + 0.7152 * green! + 0.0722 * blue!) - 16;
    });
    const steps = lightness.slice(1).map((value, at) => value - lightness[at]!);
    for (const step of steps) expect(step).toBeGreaterThan(4);
    for (const step of steps) expect(step).toBeLessThan(11);
  });

  it("is an ImageData where there is one, else an object of its shape", () => {
    expect(heatmap(resultOf(1, 1, [1]), 0, { width: 1, height: 1 })).toEqual({
      width: 1,
      height: 1,
      data: new Uint8ClampedArray(MOST as number[]),
      colorSpace: "srgb",
    });
    class FakeImageData {
      constructor(
        readonly data: Uint8ClampedArray,
        readonly width: number,
        readonly height: number,
      ) {}
    }
    vi.stubGlobal("ImageData", FakeImageData);
    const image = heatmap(resultOf(1, 1, [1]), 0, { width: 2, height: 1 });
    expect(image).toBeInstanceOf(FakeImageData);
    expect([...image.data]).toEqual([...MOST, ...MOST]);
  });

  it("says that the maps are missing", () => {
    expect(() => heatmap({}, 0)).toThrow(
      internal(/no activation maps; classify with .*activationMaps: true/),
    );
  });

  it.each([[-1], [2], [0.5], [Number.NaN]])("refuses the index %d of two classes", (index) => {
    expect(() => heatmap(resultOf(1, 1, [1], [1]), index)).toThrow(
      internal(new RegExp(`the model's 2 classes, found ${index}`)),
    );
  });

  it.each([[0], [-4], [1.5], [16_385], [Number.NaN]])("refuses a side of %d pixels", (side) => {
    expect(() => heatmap(resultOf(1, 1, [1]), 0, { width: side })).toThrow(internal(/^width: .* 1 to 16384/));
    expect(() => heatmap(resultOf(1, 1, [1]), 0, { height: side })).toThrow(internal(/^height: /));
  });

  it("takes what a classifier returns", async () => {
    const classifier = await createClassifier({ model: modelFile("tiny"), wasm: wasmFile });
    const result = await classifier.classify(formulaPicture(0), { activationMaps: true });
    classifier.close();
    const { width, height, values } = result.activationMaps!;
    const image = heatmap(result, 5, { width, height });
    const map = [...values.subarray(5 * width * height, 6 * width * height)];
    const strongest = map.indexOf(Math.max(...map));
    expect(pixel(image, strongest % width, Math.floor(strongest / width))).toEqual(MOST);
    expect(() => heatmap(result, 6)).toThrow(internal(/6 classes, found 6/));
  });
});
