// Pictures of 32x32 that are generated, the same in every run.

const SIDE = 32;
const SEED = 20261123;
const WAVES = 6;

/**
 * Returns pictures that are smooth with some noise, as photographs are.
 *
 * Shape: `[count, 32, 32, 4]`, RGBA, opaque.
 */
export function generateImages(count) {
  const random = mulberry32(SEED);
  const images_rgba = new Uint8Array(count * 4 * SIDE * SIDE).fill(255);
  for (let i = 0; i < count; i += 1) {
    const channels = [0, 1, 2].map(() => ({
      mean: 255 * random(),
      waves: Array.from({ length: WAVES }, wave),
    }));
    for (let at = 0; at < SIDE * SIDE; at += 1) {
      const [x, y] = [(at % SIDE) / SIDE, Math.floor(at / SIDE) / SIDE];
      for (const [c, { mean, waves }] of channels.entries()) {
        let value = mean + 24 * (random() - 0.5);
        for (const { fx, fy, phase, amplitude } of waves) {
          value += amplitude * Math.sin(2 * Math.PI * (fx * x + fy * y) + phase);
        }
        images_rgba[4 * (i * SIDE * SIDE + at) + c] = Math.min(255, Math.max(0, Math.round(value)));
      }
    }
  }
  return images_rgba;

  /** Amplitudes fall with the frequency, as in photographs. */
  function wave() {
    const [fx, fy] = [8 * random() - 4, 8 * random() - 4];
    return { fx, fy, phase: 2 * Math.PI * random(), amplitude: 80 / (1 + Math.hypot(fx, fy)) };
  }
}

/** Numbers from 0 to below 1. Source: Tommy Ettinger's Mulberry32 (2017, public domain). */
function mulberry32(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
