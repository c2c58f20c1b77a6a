// The pictures that all runtimes look at, as RGBA. Those of the formula, which tests/fixtures/models/make.py
// uses too, have no two axes or channels alike.

export const SIDE = 32;
export const COUNT = 8;

/** Picture i as RGBA, [height, width, 4]. */
export function rgba(i, width = SIDE, height = SIDE) {
  const data = new Uint8ClampedArray(width * height * 4);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const r = (7 * x + 3 * y + 31 * i) % 256;
      const g = (5 * y + x * x + 17 * i) % 256;
      const b = (11 * x + 2 * y * y + 5 * i) % 256;
      data.set([r, g, b, 255], 4 * (y * width + x));
    }
  }
  return data;
}

/** The formula's first COUNT pictures. */
export function formulaPictures() {
  return Array.from({ length: COUNT }, (_, i) => rgba(i));
}

/** Pictures of SIDE x SIDE as the model's input, [pictures, 3, SIDE, SIDE], 0 to 1. */
export function tensor(pictures) {
  const plane = SIDE * SIDE;
  const images_nchw = new Float32Array(pictures.length * 3 * plane);
  for (const [i, data] of pictures.entries()) {
    for (let at = 0; at < plane; at += 1) {
      for (let c = 0; c < 3; c += 1) images_nchw[(3 * i + c) * plane + at] = data[4 * at + c] / 255;
    }
  }
  return images_nchw;
}

/** Planes of R, G and B, [3, SIDE, SIDE], as RGBA. */
export function fromPlanes(pixels_chw) {
  const plane = SIDE * SIDE;
  const data = new Uint8ClampedArray(4 * plane).fill(255);
  for (let at = 0; at < plane; at += 1) {
    for (let c = 0; c < 3; c += 1) data[4 * at + c] = pixels_chw[c * plane + at];
  }
  return data;
}
