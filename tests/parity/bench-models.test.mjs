// The bench's random models have the graph of the exported ones, and run.
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { afterAll, beforeAll, expect, test } from "vitest";

import { maxDifference } from "../../bench/statistics.mjs";
import { formulaPictures } from "./pictures.mjs";
import * as runtimes from "./runtimes.mjs";

const execute = promisify(execFile);
const at = (path) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const python = process.env.WIDEYE_PYTHON;

let folder;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "wideye-bench-models-"));
  if (python === undefined) return;
  await execute(python, [at("bench/models/make.py"), folder]);
});

afterAll(() => rm(folder, { recursive: true }));

/** The nodes with the constants' shapes; stored weights may have another name than the values made of them. */
async function graphOf(model, name) {
  await execute(python, [at("bench/models/layers.py"), model, folder]);
  const { nodes, tensors } = JSON.parse(await readFile(join(folder, `${name}.layers.json`), "utf8"));
  return nodes.map(({ operator, inputs, output, attributes }) => ({
    operator,
    inputs: inputs.map((input) => tensors[input]?.shape ?? input),
    output,
    attributes,
  }));
}

test.runIf(python).each(["narrow", "wide", "res9"])("%s has the nodes of the shipped one", async (name) => {
  const exported = await graphOf(at(`web/models/${name}.onnx`), name);
  expect(exported.length).toBeGreaterThan(5);
  expect(await graphOf(join(folder, `${name}.onnx`), name)).toEqual(exported);
});

test.runIf(python)("narrow tells pictures apart in wasm as in onnxruntime", async () => {
  const model = join(folder, "narrow.onnx");
  const pictures = formulaPictures();
  const [wasm, reference] = [
    await runtimes.node(model, pictures),
    await runtimes.onnxruntime(model, pictures),
  ];
  expect(maxDifference(wasm, reference)).toBeLessThanOrEqual(1e-4);
  expect(maxDifference(wasm.slice(0, 1), wasm.slice(1, 2))).toBeGreaterThan(1e-2);
});
