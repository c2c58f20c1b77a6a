// The report's form: what bench/results/inference-BROWSER.json holds.

/** What one picture is measured in: of Firefox's threads nothing tells the CPU time. */
export const metricOf = (browserName) => (browserName === "firefox" ? "wallMs" : "cpuMs");

const number = (value) => typeof value === "number" && Number.isFinite(value) && value >= 0;
const positive = (value) => number(value) && value > 0;
const text = (value) => typeof value === "string" && value !== "";
const whole = (value) => Number.isInteger(value) && value > 0;
const samples = (value) => Array.isArray(value) && value.length > 0 && value.every(positive);
const names = (value) => Array.isArray(value) && value.length > 0 && value.every(text);
const object = (fields) => ({ fields });
const rows = (fields) => ({ each: object(fields) });

const form = (metric) =>
  object({
    schema: (value) => value === 1,
    commit: text,
    date: (value) => text(value) && !Number.isNaN(Date.parse(value)),
    machine: object({ cpu: text, cores: whole }),
    browser: object({ name: text, version: text }),
    inference: rows({
      model: text,
      engine: text,
      version: text,
      [metric]: positive,
      samples,
      maxProbabilityDifference: number,
    }),
    ratios: rows({ metric: text, model: text, engine: text, peer: text, timesFaster: positive }),
    startup: rows({ engine: text, readyMs: positive, samples }),
    transfer: rows({ engine: text, brotliBytes: whole, files: names }),
    memory: rows({ engine: text, wasmBytes: whole }),
    jpeg12mp: object({
      endToEndMs: positive,
      browserDecodeMs: positive,
      ratio: positive,
      samples: object({ endToEndMs: samples, browserDecodeMs: samples }),
    }),
    throughput: { ...rows({ workers: whole, imagesPerSecond: positive }), mayBeEmpty: true },
    peakFraction: positive,
    peak: object({
      engine: text,
      model: text,
      gmacsPerSecond: positive,
      executedGmacsPerSecond: positive,
      directGmacsPerSecond: positive,
    }),
  });

/**
 * Returns what of a report is not as the contract has it, as `path: problem`; nothing where all is well.
 */
export function problems(report) {
  return [...check(report, form(metricOf(report?.browser?.name)), "report")];
}

function* check(value, expected, path) {
  if (typeof expected === "function") {
    if (!expected(value)) yield `${path}: found ${JSON.stringify(value)}`;
  } else if (expected.each) {
    if (!Array.isArray(value) || (value.length === 0 && !expected.mayBeEmpty)) {
      yield `${path}: expected rows, found ${JSON.stringify(value)}`;
      return;
    }
    for (const [i, row] of value.entries()) yield* check(row, expected.each, `${path}[${i}]`);
  } else {
    if (typeof value !== "object" || value === null) {
      yield `${path}: expected an object, found ${JSON.stringify(value)}`;
      return;
    }
    for (const [name, field] of Object.entries(expected.fields))
      yield* check(value[name], field, `${path}.${name}`);
    for (const name of Object.keys(value)) {
      if (!(name in expected.fields)) yield `${path}.${name}: not in the contract`;
    }
  }
}
