import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";

import { type CreateOptions, createClassifier, type ModelDescription } from "../src/index.js";
import { formulaPicture, modelFile, wasmFile } from "./fixtures.js";

const LABELS = ["ash", "birch", "cedar", "elm"];
/** What tests/fixtures/models/make.py gave these models besides their files. */
const description: ModelDescription = {
  labels: LABELS,
  inputSize: { width: 24, height: 20 },
  normalisation: { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] },
};
const picture = formulaPicture(0, 24, 20);

const create = (name: string, options: CreateOptions = {}) =>
  createClassifier({ model: modelFile(name), wasm: wasmFile, ...options });

const expectedOf = async (name: string): Promise<number[]> => {
  const file = new URL("../../tests/fixtures/models/foreign/expected.json", import.meta.url);
  return (JSON.parse(await readFile(file, "utf8")) as Record<string, number[]>)[name]!;
};

const probabilitiesOf = (logits: number[]): number[] => {
  const exponentials = logits.map((logit) => Math.exp(logit));
  const sum = exponentials.reduce((a, b) => a + b);
  return exponentials.map((value) => value / sum);
};

/** What is wrong, without the types that would not let it be written. */
const described = (change: object): ModelDescription => ({ ...description, ...change });

describe("a model of another maker", () => {
  test.each(["open-sides", "channels-last"])("answers as onnxruntime does (%s)", async (name) => {
    const expected = probabilitiesOf(await expectedOf(name));
    using classifier = await create(`foreign/${name}`, description);
    const { predictions, superclasses, known } = await classifier.classify(picture, { topK: null });
    expect(predictions.map(({ label }) => label).sort()).toEqual(LABELS);
    for (const { index, label, probability } of predictions) {
      expect(label).toBe(LABELS[index]);
      expect(probability).toBeCloseTo(expected[index]!, 5);
    }
    expect({ superclasses, known }).toEqual({ superclasses: [], known: null });
  });

  test("may end in a softmax, which is not computed twice", async () => {
    const expected = await expectedOf("softmax");
    using classifier = await create("foreign/softmax", description);
    const { predictions } = await classifier.classify(picture, { topK: null });
    for (const { index, probability } of predictions) {
      expect(probability).toBeCloseTo(expected[index]!, 5);
    }
  });

  test("is described by modelInfo", async () => {
    using classifier = await create("foreign/softmax", described({ inputSize: undefined }));
    expect(classifier.modelInfo).toMatchObject({
      name: "softmax",
      labels: LABELS,
      classes: 4,
      superclasses: [],
      superclassOf: [],
      inputWidth: 24,
      inputHeight: 20,
      activationMaps: false,
      temperature: 1,
      knownThreshold: null,
      accuracy: null,
      provenance: null,
    });
  });

  test("has no activation maps to ask for", async () => {
    using classifier = await create("foreign/softmax", description);
    await expect(classifier.classify(picture, { activationMaps: true })).rejects.toMatchObject({
      code: "internal",
      message: expect.stringContaining("modelInfo.activationMaps"),
    });
    expect((await classifier.classify(picture)).predictions).toHaveLength(4);
  });

  test.each<[string, string, ModelDescription, string, RegExp]>([
    ["labels", "softmax", {}, "bad-model", /"image", found "pixel_values".*labels/],
    ["as many labels as classes", "softmax", { labels: ["ash"] }, "bad-model", /4 classes.*1 labels/],
    ["an input size", "open-sides", { labels: LABELS }, "bad-model", /batch, 3, height, width.*input size/],
    [
      "its own input size",
      "softmax",
      described({ inputSize: { width: 32, height: 32 } }),
      "bad-model",
      /24x20.*32x32/,
    ],
    [
      "labels that are strings",
      "softmax",
      described({ labels: [1, 2, 3, 4] }),
      "internal",
      /^labels: .*found 1/,
    ],
    [
      "sides that are whole",
      "open-sides",
      described({ inputSize: { width: 1.5, height: 2 } }),
      "internal",
      /inputSize.width/,
    ],
    [
      "sides that are not 0",
      "open-sides",
      described({ inputSize: { width: 0, height: 2 } }),
      "internal",
      /1 to 4096/,
    ],
    [
      "three means",
      "softmax",
      described({ normalisation: { mean: [0, 0], std: [1, 1, 1] } }),
      "internal",
      /normalisation.mean/,
    ],
    [
      "deviations above 0",
      "softmax",
      described({ normalisation: { mean: [0, 0, 0], std: [1, 0, 1] } }),
      "internal",
      /above 0/,
    ],
  ])("says that it needs %s", async (_, name, options, code, message) => {
    await expect(create(`foreign/${name}`, options)).rejects.toMatchObject({
      name: "ClassifierError",
      code,
      message: expect.stringMatching(message),
    });
  });
});

test("wideye's own model may have its classes in another language", async () => {
  const labels = ["Apfel", "Bär", "Burg", "Delfin", "Ulme", "Fuchs"];
  using classifier = await create("tiny", { labels });
  const { predictions } = await classifier.classify(formulaPicture(0), { activationMaps: true });
  expect(predictions[0]).toMatchObject({ label: "Apfel", superclass: null });
});
