// Builds everything, classifies a sample photograph with the built wasm and serves the page.
//
//   npm run demo                     all of it, cold in about six minutes on two cores
//   npm run demo -- --no-serve       ends after the five bars
//   npm run demo -- --port 3000      another port than 8080
//   npm run demo -- --picture FILE   another picture than the sample
//   npm run demo -- --profile wasm-test   a quick build without link-time optimisation
import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";

import { build } from "./build.mjs";
import { portNumber, servePage } from "./serve.mjs";
import { main, root, StepError, step } from "./steps.mjs";

const SAMPLE = join("web", "page", "samples", "castle.jpg");

await main(async () => {
  const { values } = parseArgs({
    options: {
      "no-serve": { type: "boolean", default: false },
      picture: { type: "string", default: join(root, SAMPLE) },
      port: { type: "string", default: "8080" },
      profile: { type: "string", default: "wasm" },
    },
  });
  const port = portNumber(values.port);
  const picture = await readFile(values.picture).catch((error) => {
    throw new StepError(`cannot read ${resolve(values.picture)}: ${error.message}`, "name a picture file");
  });
  await build(values.profile);
  await step(`the five likeliest classes of ${values.picture}`, () => classify(picture));
  if (!values["no-serve"]) await servePage(port);
});

async function classify(picture) {
  const { createClassifier } = await import(new URL("../web/dist/index.js", import.meta.url));
  const classifier = await createClassifier();
  const { predictions, timings } = await classifier.classify(picture, { topK: 5 }).catch((error) => {
    throw new StepError(error.message, "name another with --picture");
  });
  for (const { label, probability } of predictions) {
    const bar = "█".repeat(Math.round(probability * 40));
    console.log(`    ${label.padEnd(16)}${(probability * 100).toFixed(1).padStart(5)} %  ${bar}`);
  }
  const milliseconds = timings.decodeMs + timings.resizeMs + timings.inferMs;
  console.log(`    model ${classifier.modelInfo.name}, ${milliseconds.toFixed(0)} ms in wasm`);
  classifier.close();
}
