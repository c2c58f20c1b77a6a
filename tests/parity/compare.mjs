// Compares one model's logits across runtimes.
//
//   node tests/parity/compare.mjs MODEL.onnx [--logits FILE.json]
//
// FILE.json holds `{ "logits": [[...], ...] }` for the pictures of pictures.mjs, for example from the
// framework that trained the model; native tract is the reference otherwise. onnxruntime takes part where
// WIDEYE_PYTHON names an interpreter that has it. Prints one JSON document; exits with 1 where a runtime
// differs by more than 1e-4, with 2 on wrong arguments.
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { parseArgs } from "node:util";

import { COUNT } from "./pictures.mjs";
import * as runtimes from "./runtimes.mjs";

const TOLERANCE = 1e-4;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { logits: { type: "string" } },
});
if (positionals.length !== 1) {
  console.error("usage: node tests/parity/compare.mjs MODEL.onnx [--logits FILE.json]");
  process.exit(2);
}
const model = resolve(positionals[0]);

const run = async (name) => {
  console.error(`running ${name}`);
  return { name, logits: await runtimes[name](model) };
};
const answers = [];
if (values.logits !== undefined) {
  answers.push({ name: "given", logits: JSON.parse(await readFile(values.logits, "utf8")).logits });
}
answers.push(await run("native"), await run("node"), await run("chromium"));
if (process.env.WIDEYE_PYTHON) answers.push(await run("onnxruntime"));
else console.error("leaving out onnxruntime: WIDEYE_PYTHON is not set");

const [reference, ...others] = answers;
const differences = others.map(({ name, logits }) => ({
  runtime: name,
  maxDifference: runtimes.maxDifference(reference.logits, logits),
}));
console.log(
  JSON.stringify({
    schema: 1,
    model,
    pictures: COUNT,
    reference: reference.name,
    tolerance: TOLERANCE,
    differences,
  }),
);
process.exit(differences.every(({ maxDifference }) => maxDifference <= TOLERANCE) ? 0 : 1);
