// The pictures that all runtimes look at, by the formula that tests/fixtures/models/make.py uses:
// no two pictures, axes or channels are alike. Runs in Node and in browsers.

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

/** All pictures as the model's input, [COUNT, 3, SIDE, SIDE], 0 to 1. */
export function tensor() {
  const plane = SIDE * SIDE;
  const images_nchw = new Float32Array(COUNT * 3 * plane);
  for (let i = 0; i < COUNT; i += 1) {
    const data = rgba(i);
    for (let at = 0; at < plane; at += 1) {
      for (let c = 0; c < 3; c += 1) images_nchw[(3 * i + c) * plane + at] = data[4 * at + c] / 255;
    }
  }
  return images_nchw;
}
