// The multiply-accumulates that this CPU can do in wasm SIMD, and those that a model's convolutions do.
import { median } from "./statistics.mjs";

const LANES = 4;
const STEPS = 8;
const ITERATIONS = 200_000;
const CALLS_PER_BURST = 100;
const WARM_UP_CALLS = 400;
// Enough chains to hide the latency, few enough to stay in registers; which is best depends on the CPU.
const CHAINS = [8, 9, 10, 12];

const macsPerBurst = (chains) => CALLS_PER_BURST * ITERATIONS * STEPS * chains * LANES;

/**
 * A wasm module whose `run(iterations: i32) -> f32` does nothing but independent chains of
 * `chain = chain * x + y` with `f32x4.relaxed_madd`, all in registers.
 *
 * Source: WebAssembly core specification 3.0, binary format.
 */
export function chainsModule(chains) {
  const [iterations, x, y, first] = [0, 1, 2, 3];
  const all = Array.from({ length: chains }, (_, i) => first + i);
  const get = (local) => [0x20, local];
  const set = (local) => [0x21, local];
  const splat = (value) => [0x43, ...new Uint8Array(Float32Array.of(value).buffer), 0xfd, 0x13];
  const multiplyAdd = [0xfd, 0x85, 0x02];
  const add = [0xfd, 0xe4, 0x01];

  const step = all.flatMap((chain) => [...get(chain), ...get(x), ...get(y), ...multiplyAdd, ...set(chain)]);
  const countDown = [...get(iterations), 0x41, 1, 0x6b, 0x22, iterations];
  const body = [
    ...[1, 2 + chains, 0x7b], // locals: one run of v128
    // The chains approach y / (1 - x) = 1, far from overflow and from denormal numbers.
    ...[...splat(0.999), ...set(x), ...splat(0.001), ...set(y)],
    ...all.flatMap((chain) => [...splat(chain), ...set(chain)]),
    ...[0x03, 0x40, ...Array(STEPS).fill(step).flat(), ...countDown, 0x0d, 0, 0x0b],
    ...[...get(first), ...all.slice(1).flatMap((chain) => [...get(chain), ...add])],
    ...[0xfd, 0x1f, 0, 0x0b], // the first lane is the result
  ];
  const section = (id, bytes) => [id, ...unsigned(bytes.length), ...bytes];
  return Uint8Array.from([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [1, 0x60, 1, 0x7f, 1, 0x7d]),
    ...section(3, [1, 0]),
    ...section(7, [1, 3, ...Buffer.from("run"), 0, 0]),
    ...section(10, [1, ...unsigned(body.length), ...body]),
  ]);
}

/** LEB128. */
function unsigned(value) {
  return value < 0x80 ? [value] : [0x80 | (value & 0x7f), ...unsigned(value >> 7)];
}

/** Opens a page for the chains and returns a guest for each number of them, to be measured between engines. */
export async function openPeak(browser) {
  const page = await browser.open("peak", "session");
  const meter = await browser.meter(page);
  const guests = [];
  for (const chains of CHAINS) {
    const bytes = Array.from(chainsModule(chains));
    await page.evaluate(startChains, `${chains}`, bytes, WARM_UP_CALLS);
    const burst = () => page.evaluate(runChains, `${chains}`, CALLS_PER_BURST, ITERATIONS);
    guests.push({ id: `${chains}`, measure: () => meter(burst) });
  }
  return { guests, close: () => page.close() };
}

/** Many short calls: a function is optimised while it is called, not while it runs. */
async function startChains(id, bytes, calls) {
  const { instance } = await WebAssembly.instantiate(Uint8Array.from(bytes));
  globalThis.chains = { ...globalThis.chains, [id]: instance.exports.run };
  for (let call = 0; call < calls; call += 1) instance.exports.run(1000);
  await new Promise((resolve) => setTimeout(resolve, 200));
}

function runChains(id, calls, iterations) {
  const run = globalThis.chains[id];
  const start = performance.now();
  for (let call = 0; call < calls; call += 1) run(iterations);
  return performance.now() - start;
}

/** The best of the chains' medians, in billions of multiply-accumulates a second. */
export const peakGmacs = (samples) =>
  Math.max(...[...samples].map(([chains, ms]) => macsPerBurst(Number(chains)) / median(ms) / 1e6));

/**
 * Multiply-accumulates of a model's convolutions for one picture, as models/layers.py describes it.
 *
 * - `direct`: as a convolution is defined, K x K for each input channel and output value
 * - `executed`: what is left of them with Winograd's algorithm where wideye-kernels applies it, see
 *   {@link pairMultiplications}. Its transforms are additions and not counted, nor are biases, ELU, pooling and the
 *   head's mean.
 *
 * Source: Lavin and Gray, Fast Algorithms for Convolutional Neural Networks (2015), section 4.
 */
export function multiplyAccumulates({ nodes, tensors }, side = 32) {
  const sides = new Map([["image", side]]);
  const total = { direct: 0, executed: 0 };
  for (const { operator, inputs, output } of nodes) {
    const at = sides.get(inputs[0]);
    sides.set(output, operator === "MaxPool" ? at / 2 : at);
    if (operator !== "Conv") continue;
    const [outputs, channels, height, width] = tensors[inputs[1]].shape;
    const pairs = outputs * channels;
    const direct = pairs * height * width * at * at;
    total.direct += direct;
    const isWinograd = height === 3 && channels >= MIN_CHANNELS;
    total.executed += isWinograd ? pairs * pairMultiplications(at) : direct;
  }
  return total;
}

// Those of crates/wideye-kernels/src/conv.rs; ROWS is that of its f32x4.
const MIN_CHANNELS = 16;
const FILTER_COST = 4;
const ROWS = 4;

/**
 * Multiplications of a 3x3 convolution for one pair of channels on a square map: by the method that costs least, as
 * `Method::fastest` of wideye-kernels reckons it.
 */
function pairMultiplications(side) {
  const winograd = (outputs) => {
    const filters = (outputs + 2) ** 2;
    const tiles = Math.ceil(side / outputs) ** 2;
    const rows = Math.ceil(tiles / ROWS) * ROWS;
    return { cost: filters * (rows + FILTER_COST), multiplications: filters * tiles };
  };
  const direct = { cost: 9 * (side ** 2 + FILTER_COST), multiplications: 9 * side ** 2 };
  const methods = [direct, winograd(2), winograd(4)];
  return methods.reduce((best, method) => (method.cost < best.cost ? method : best)).multiplications;
}
