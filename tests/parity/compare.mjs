// Compares one model's logits across runtimes.
//
//   node tests/parity/compare.mjs MODEL.onnx [--cases FILE.json]
//
// FILE.json holds `{ "cases": [{ "pixelsChw": [...], "logits": [...] }, ...] }`, pictures and what another
// framework says about them, as the trainer's end-to-end test writes it; without it the pictures are the
// formula's and native tract is the reference. onnxruntime takes part where WIDEYE_PYTHON names an
// interpreter that has it. Prints one JSON document; exits with 1 where a runtime differs by more than
// 1e-4, with 2 on wrong arguments.
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { parseArgs } from "node:util";

import { formulaPictures, fromPlanes } from "./pictures.mjs";
import * as runtimes from "./runtimes.mjs";

const TOLERANCE = 1e-4;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { cases: { type: "string" } },
});
if (positionals.length !== 1) {
  console.error("usage: node tests/parity/compare.mjs MODEL.onnx [--cases FILE.json]");
  process.exit(2);
}
const model = resolve(positionals[0]);

const cases = values.cases === undefined ? [] : JSON.parse(await readFile(values.cases, "utf8")).cases;
const pictures = cases.length > 0 ? cases.map(({ pixelsChw }) => fromPlanes(pixelsChw)) : formulaPictures();

const run = async (name) => {
  console.error(`running ${name}`);
  return { name, logits: await runtimes[name](model, pictures) };
};
const answers = [];
if (cases.length > 0) answers.push({ name: "given", logits: cases.map(({ logits }) => logits) });
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
    pictures: pictures.length,
    reference: reference.name,
    tolerance: TOLERANCE,
    differences,
  }),
);
process.exit(differences.every(({ maxDifference }) => maxDifference <= TOLERANCE) ? 0 : 1);
