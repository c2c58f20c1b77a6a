// One picture set and one model give the same answers wherever the model runs. WIDEYE_PARITY_MODEL names a
// model to use instead of the fixtures and the default model.
import { readdirSync, readFileSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { maxDifference } from "../../bench/statistics.mjs";
import { openPage } from "./chromium.mjs";
import { COUNT, formulaPictures, fromPlanes, rgba } from "./pictures.mjs";
import { encodePng } from "./png.mjs";
import * as runtimes from "./runtimes.mjs";

const LOGITS = 1e-4;
const PROBABILITIES = 1e-5;

const root = fileURLToPath(new URL("../../", import.meta.url));
const fixture = (name) => join(root, "tests/fixtures/models", `${name}.onnx`);
const defaultModel = () => {
  const models = join(root, "web/models");
  return join(models, `${JSON.parse(readFileSync(join(models, "index.json"), "utf8")).default}.onnx`);
};
const models = process.env.WIDEYE_PARITY_MODEL
  ? [resolve(process.env.WIDEYE_PARITY_MODEL)]
  : [fixture("tiny"), fixture("calibrated"), defaultModel()];

const cases = models.map(async (model) => [basename(model), model, await runtimes.storedOnnxruntime(model)]);

const pictures = formulaPictures();

describe.each(await Promise.all(cases))("%s", (_, model, stored) => {
  let native;
  beforeAll(async () => {
    native = await runtimes.native(model, pictures);
  });

  test("native tract tells the pictures apart", () => {
    expect(native).toHaveLength(COUNT);
    for (const row of native) expect(row.every(Number.isFinite)).toBe(true);
    expect(maxDifference(native.slice(0, 1), native.slice(1, 2))).toBeGreaterThan(10 * LOGITS);
  });

  test.runIf(stored !== undefined || process.env.WIDEYE_PYTHON)("onnxruntime: the same logits", async () => {
    const logits = process.env.WIDEYE_PYTHON ? await runtimes.onnxruntime(model, pictures) : stored;
    expect(logits.length).toBeGreaterThan(0);
    // Fixtures keep those of the first pictures.
    expect(maxDifference(logits, native.slice(0, logits.length))).toBeLessThanOrEqual(LOGITS);
  });

  test("wasm in Node: the same logits", async () => {
    const logits = await runtimes.node(model, pictures);
    expect(logits).toHaveLength(COUNT);
    expect(maxDifference(logits, native)).toBeLessThanOrEqual(LOGITS);
  });

  test("wasm in Chromium: the same logits", async () => {
    const logits = await runtimes.chromium(model, pictures);
    expect(logits).toHaveLength(COUNT);
    expect(maxDifference(logits, native)).toBeLessThanOrEqual(LOGITS);
  });

  describe("encoded pictures, from the file to the probabilities", () => {
    let folder;
    let files;
    let expected;

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), "wideye-parity-"));
      files = await Promise.all(
        [
          [32, 32],
          [61, 40],
          [23, 97],
        ].map(async ([width, height], i) => {
          const file = join(folder, `${width}x${height}.png`);
          await writeFile(file, encodePng(width, height, rgba(i, width, height)));
          return file;
        }),
      );
      const samples = join(root, "web/page/samples");
      const photographs = readdirSync(samples, { recursive: true }).filter((name) => /\.jpe?g$/.test(name));
      expect(photographs).not.toEqual([]);
      files.push(
        ...photographs
          .sort()
          .slice(0, 3)
          .map((name) => join(samples, name)),
      );
      expected = await runtimes.commandLine(model, files);
    });
    afterAll(() => rm(folder, { recursive: true }));

    test("the package in Node agrees with the command line", async () => {
      const { createClassifier } = await import(runtimes.distFile("index").href);
      const classifier = await createClassifier({ model: pathToFileURL(model) });
      const results = [];
      for (const file of files) results.push(await classifier.classify(await readFile(file), { topK: null }));
      classifier.close();
      expectSame(results, expected);
    });

    test("the package's worker in Chromium agrees with the command line", async () => {
      const { page, close } = await openPage({ model, files });
      try {
        const results = await page.evaluate(async (count) => {
          const classifier = await createClassifier({ model: "/model.onnx", decoder: "wasm" });
          const inputs = Array.from({ length: count }, (_, i) => `/files/${i}`);
          const results = await Promise.all(
            inputs.map((input) => classifier.classify(input, { topK: null })),
          );
          classifier.close();
          return results;
        }, files.length);
        expectSame(results, expected);
      } finally {
        await close();
      }
    });
  });
});

// The trainer's end-to-end test leaves what it exported, and libtorch's logits, where this variable says.
const shapes = process.env.WIDEYE_SHAPES_OUT;

describe.runIf(shapes)("a model trained by the tests", () => {
  let trained;
  let seen;
  let libtorch;

  beforeAll(async () => {
    trained = join(shapes, "shapes.onnx");
    const { cases } = JSON.parse(await readFile(join(shapes, "shapes.json"), "utf8"));
    seen = cases.map(({ pixelsChw }) => fromPlanes(pixelsChw));
    libtorch = cases.map(({ logits }) => logits);
    expect(libtorch.length).toBeGreaterThan(1);
  });

  const engines = ["native", "node", "chromium", ...(process.env.WIDEYE_PYTHON ? ["onnxruntime"] : [])];
  test.each(engines)("%s: libtorch's logits", async (engine) => {
    const logits = await runtimes[engine](trained, seen);
    expect(logits).toHaveLength(libtorch.length);
    expect(maxDifference(logits, libtorch)).toBeLessThanOrEqual(LOGITS);
  });
});

function expectSame(results, expected) {
  expect(results).toHaveLength(expected.length);
  for (const [at, result] of results.entries()) {
    const { width, height, known, predictions, superclasses } = expected[at];
    expect({ width: result.width, height: result.height, known: result.known }).toEqual({
      width,
      height,
      known,
    });
    expectSameScores(result.predictions, predictions);
    expectSameScores(result.superclasses, superclasses);
  }
}

function expectSameScores(scores, expected) {
  const byIndex = new Map(scores.map((score) => [score.index, score]));
  expect(byIndex.size).toBe(expected.length);
  for (const { index, label, probability } of expected) {
    expect(byIndex.get(index).label).toBe(label);
    expect(Math.abs(byIndex.get(index).probability - probability)).toBeLessThanOrEqual(PROBABILITIES);
  }
}
