// Every generated graph, those that the kernels compute and those left to tract, on both sets of wasm
// instructions: odd sizes, odd numbers of channels and maps that are not square among them.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { beforeAll, describe, expect, test } from "vitest";

import { maxDifference } from "../../bench/statistics.mjs";
import { rgba } from "./pictures.mjs";
import * as runtimes from "./runtimes.mjs";

/** Of the largest logit, as crates/wideye-classifier/tests/graphs.rs has it for the instructions of x86-64. */
const TOLERANCE = 1e-5;

const folder = new URL("../fixtures/models/graphs/", import.meta.url);
const { logits: expected } = JSON.parse(readFileSync(new URL("expected.json", folder), "utf8"));
const names = Object.keys(expected);
const files = names.map((name) => fileURLToPath(new URL(`${name}.onnx`, folder)));
const pictures = [rgba(0), rgba(1)];

/** The largest difference as a share of the largest logit, or of 1. */
function error(actual, reference) {
  const largest = Math.max(1, ...reference.flat().map(Math.abs));
  expect(actual).toHaveLength(reference.length);
  return maxDifference(actual, reference) / largest;
}

describe.each([
  ["wideye", "simd128"],
  ["wideye-relaxed", "relaxed"],
])("%s.wasm in Chromium", (binary, instructions) => {
  let answers;
  beforeAll(async () => {
    answers = await runtimes.chromiumAnswers(files, pictures, binary);
  });

  test.each([...names.entries()])("graph %i, %s: onnxruntime's logits", (index, name) => {
    const { simd, logits } = answers[index];
    expect(simd).toBe(instructions);
    expect(error(logits, expected[name])).toBeLessThan(TOLERANCE);
  });
});

test.each([...names.entries()])("wasm in Node, graph %i, %s: onnxruntime's logits", async (index, name) => {
  const logits = await runtimes.node(files[index], pictures);
  expect(error(logits, expected[name])).toBeLessThan(TOLERANCE);
});
