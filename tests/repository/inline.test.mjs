// wideye/inline in Node: the same answers as the package's files give, and no request.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import * as wideye from "wideye";
import * as inline from "wideye/inline";

const picture = readFileSync(new URL("../../web/page/samples/castle.jpg", import.meta.url));

async function answer(build) {
  const classifier = await build.createClassifier();
  try {
    return [classifier.modelInfo, (await classifier.classify(picture, { topK: null })).predictions];
  } finally {
    classifier.close();
  }
}

test("the inline build has the names of the package", () => {
  assert.deepEqual(Object.keys(inline).sort(), Object.keys(wideye).sort());
});

test("the inline build answers as the package does, and fetches nothing", async (t) => {
  const fetched = t.mock.method(globalThis, "fetch");
  const [modelInfo, predictions] = await answer(inline);
  assert.equal(fetched.mock.callCount(), 0);
  const [filesModelInfo, filesPredictions] = await answer(wideye);
  assert.deepEqual(modelInfo, { ...filesModelInfo, simd: modelInfo.simd });
  assert.deepEqual(predictions, filesPredictions);
});
