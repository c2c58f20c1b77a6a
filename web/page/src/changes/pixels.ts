import type { Pixels } from "wideye";

type Colour = readonly [red: number, green: number, blue: number];

/** Returns greys as bright as the colours. Source: ITU-R BT.601. */
export function greyscale(pixels: Pixels): Pixels {
  return recoloured(pixels, ([red, green, blue]) => {
    const luma = 0.299 * red + 0.587 * green + 0.114 * blue;
    return [luma, luma, luma];
  });
}

/** Returns left and right exchanged. */
export function mirrored(pixels: Pixels): Pixels {
  return rearranged(pixels, (x) => pixels.width - 1 - x);
}

/** Returns everything moved to the right by whole columns; the left edge is repeated where nothing was. */
export function shifted(pixels: Pixels, columns: number): Pixels {
  return rearranged(pixels, (x) => Math.max(0, x - columns));
}

/** Returns each colour value times `factor`, 0 to 1. */
export function darkened(pixels: Pixels, factor: number): Pixels {
  return recoloured(pixels, ([red, green, blue]) => [factor * red, factor * green, factor * blue]);
}

/** Returns Gaussian noise added to each colour value, the same at each call; `deviation` is a share of white. */
export function noisy(pixels: Pixels, deviation: number): Pixels {
  const random = randomNumbers(1);
  // Source: Box and Muller (1958).
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const noised = (value: number): number => value + 255 * deviation * normal();
  return recoloured(pixels, ([red, green, blue]) => [noised(red), noised(green), noised(blue)]);
}

/** Returns a Gaussian blur of deviation `sigma` in pixels; edges are repeated outside. */
export function blurred(pixels: Pixels, sigma: number): Pixels {
  const radius = Math.ceil(3 * sigma);
  const weights = Array.from({ length: 2 * radius + 1 }, (_, at) =>
    Math.exp(-((at - radius) ** 2) / (2 * sigma ** 2)),
  );
  const total = weights.reduce((sum, weight) => sum + weight);
  const { width, height, data } = pixels;

  const along = (values: ArrayLike<number>, stepX: number, stepY: number): Float64Array =>
    Float64Array.from(values, (_, at) => {
      const x = (at >> 2) % width;
      const y = Math.floor((at >> 2) / width);
      return weights.reduce((sum, weight, position) => {
        const fromX = clamped(x + stepX * (position - radius), width);
        const fromY = clamped(y + stepY * (position - radius), height);
        return sum + (weight / total) * values[4 * (fromY * width + fromX) + (at & 3)]!;
      }, 0);
    });

  return { width, height, data: new Uint8ClampedArray(along(along(data, 1, 0), 0, 1)) };
}

function recoloured({ width, height, data }: Pixels, recolour: (colour: Colour) => Colour): Pixels {
  const changed = new Uint8ClampedArray(data);
  for (let at = 0; at < data.length; at += 4) {
    changed.set(recolour([data[at]!, data[at + 1]!, data[at + 2]!]), at);
  }
  return { width, height, data: changed };
}

function rearranged({ width, height, data }: Pixels, columnOf: (x: number) => number): Pixels {
  const changed = new Uint8ClampedArray(data.length);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const from = 4 * (y * width + columnOf(x));
      changed.set(data.subarray(from, from + 4), 4 * (y * width + x));
    }
  }
  return { width, height, data: changed };
}

function clamped(position: number, length: number): number {
  return Math.min(Math.max(position, 0), length - 1);
}

/** Numbers from 0 to below 1. Source: Mulberry32 by Tommy Ettinger (2017), public domain. */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
