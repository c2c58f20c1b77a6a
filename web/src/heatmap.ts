import type { ActivationMaps, Classification } from "./classification.js";
import { ClassifierError } from "./errors.js";

/** How large the picture of a map is to be. */
export interface HeatmapOptions {
  /** Width in pixels, 1 to 16,384; 32 times the map's own where absent. */
  readonly width?: number;
  /** Height in pixels, 1 to 16,384; 32 times the map's own where absent. */
  readonly height?: number;
}

/** The colour scale "plasma" in tenths, whose lightness rises evenly. */
const COLOURS = [
  0x0d0887, 0x41049d, 0x6a00a8, 0x8f0da4, 0xb12a90, 0xcc4778, 0xe16462, 0xf2844b, 0xfca636, 0xfcce25,
  0xf0f921,
].map((rgb) => [rgb >> 16, (rgb >> 8) & 0xff, rgb & 0xff]);

const MOST_OPAQUE = 0.8;
const SCALE = 32;
const MAX_SIDE = 16_384;

/**
 * Returns where a picture speaks for a class: the class activation map in colour, to be laid over the picture.
 *
 * A place's value is taken as a share of the largest positive value of this map, so that colours compare places
 * of one picture, not classes or pictures with each other. The share 0, and whatever speaks against the class,
 * is transparent; from there to 1 the colour runs from blue over red to yellow while its opacity rises evenly to
 * 80 %. A map without a positive value is transparent everywhere. Between the map's cells the values are
 * interpolated bilinearly; a cell's value belongs to its centre.
 *
 * The map covers the square that the network saw: the centre of the picture under the fit `cover`, the picture
 * and its padding under `contain`, all of the picture under `fill`.
 *
 * The image is an `ImageData`, or an object of its shape where there is none, as in Node.
 *
 * Source: Zhou et al., "Learning Deep Features for Discriminative Localization" (2016); the colours are
 * Nathaniel Smith's and Stéfan van der Walt's "plasma" of matplotlib (CC0).
 *
 * # Errors
 * {@link ClassifierError} with the code `internal` if the result holds no maps, `index` is no class of the
 * model, or a side is not a whole number from 1 to 16,384.
 *
 * # Example
 * ```ts
 * const result = await classifier.classify(file, { activationMaps: true });
 * const map = heatmap(result, result.predictions[0].index, { width: canvas.width, height: canvas.height });
 * canvas.getContext("2d").putImageData(map, 0, 0);
 * ```
 */
export function heatmap(
  { activationMaps }: Pick<Classification, "activationMaps">,
  index: number,
  options: HeatmapOptions = {},
): ImageData {
  const map = mapOf(activationMaps, index);
  const { width = SCALE * map.width, height = SCALE * map.height } = options;
  checkSide("width", width);
  checkSide("height", height);

  const largest = map.values.reduce((most, value) => Math.max(most, value), 0);
  const columns = sampling(map.width, width);
  const rows = sampling(map.height, height);
  const data = new Uint8ClampedArray(4 * width * height);
  for (const [y, { before: above, after: below, share: down }] of rows.entries()) {
    const upper = map.values.subarray(above * map.width);
    const lower = map.values.subarray(below * map.width);
    for (const [x, { before, after, share }] of columns.entries()) {
      const top = mix(upper[before]!, upper[after]!, share);
      const bottom = mix(lower[before]!, lower[after]!, share);
      const value = mix(top, bottom, down);
      if (value > 0) paint(data, 4 * (y * width + x), value / largest);
    }
  }
  return typeof ImageData === "function"
    ? new ImageData(data, width, height)
    : ({ width, height, data, colorSpace: "srgb" } as ImageData);
}

function mapOf(maps: ActivationMaps | undefined, index: number): ActivationMaps {
  if (maps === undefined) {
    throw new ClassifierError(
      "internal",
      "the result holds no activation maps; classify with { activationMaps: true }",
    );
  }
  const { width, height, values } = maps;
  const cells = width * height;
  const classes = values.length / cells;
  if (!Number.isInteger(index) || index < 0 || index >= classes) {
    throw new ClassifierError(
      "internal",
      `expected the index of one of the model's ${classes} classes, found ${index}`,
    );
  }
  return { width, height, values: values.subarray(index * cells, (index + 1) * cells) };
}

function checkSide(name: string, pixels: number): void {
  if (!Number.isInteger(pixels) || pixels < 1 || pixels > MAX_SIDE) {
    throw new ClassifierError(
      "internal",
      `${name}: expected a whole number of pixels from 1 to ${MAX_SIDE}, found ${pixels}`,
    );
  }
}

/** Between which cells of a line each pixel's centre lies, and how far towards the second one. */
function sampling(cells: number, pixels: number): { before: number; after: number; share: number }[] {
  return Array.from({ length: pixels }, (_, pixel) => {
    const place = Math.min(Math.max(((pixel + 0.5) * cells) / pixels - 0.5, 0), cells - 1);
    const before = Math.floor(place);
    return { before, after: Math.min(before + 1, cells - 1), share: place - before };
  });
}

function paint(data: Uint8ClampedArray, at: number, share: number): void {
  const place = share * (COLOURS.length - 1);
  const below = Math.min(Math.floor(place), COLOURS.length - 2);
  for (let channel = 0; channel < 3; channel += 1) {
    data[at + channel] = mix(COLOURS[below]![channel]!, COLOURS[below + 1]![channel]!, place - below);
  }
  data[at + 3] = 255 * MOST_OPAQUE * share;
}

function mix(from: number, to: number, share: number): number {
  return from + (to - from) * share;
}
