import { createHash } from "node:crypto";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";

import {
  type Classifier,
  type ClassifierInput,
  type ClassifyOptions,
  createClassifier,
} from "../src/index.js";
import { WasmClassifier } from "../wasm/wideye.js";
import {
  code,
  detached,
  encodeBmp,
  expectedOf,
  formulaPicture,
  modelFile,
  read,
  wasmFile,
} from "./fixtures.js";

const softmax = (logits: number[], temperature: number): number[] => {
  const exponentials = logits.map((logit) => Math.exp(logit / temperature));
  const sum = exponentials.reduce((a, b) => a + b);
  return exponentials.map((value) => value / sum);
};

describe("a classifier", () => {
  let classifier: Classifier;
  let expected: number[][];

  beforeAll(async () => {
    classifier = await createClassifier({ model: modelFile("tiny"), wasm: wasmFile });
    expected = (await expectedOf("tiny")).logits;
  });
  afterAll(() => classifier.close());

  test("describes its model", async () => {
    const { labels, superclasses, superclassOf, ...info } = classifier.modelInfo;
    expect(labels).toHaveLength(6);
    expect(superclasses).toHaveLength(3);
    // SUPERCLASS_OF in tests/fixtures/models/make.py.
    expect(superclassOf).toEqual([2, 0, 1, 0, 2, 0]);
    expect(info).toMatchObject({
      name: "tiny",
      classes: 6,
      sha256: createHash("sha256")
        .update(await read(modelFile("tiny")))
        .digest("hex"),
      sizeBytes: (await read(modelFile("tiny"))).length,
      inputWidth: 32,
      inputHeight: 32,
      temperature: 1,
      knownThreshold: null,
      simd: "simd128",
    });
    expect(info.provenance).toBeTypeOf("object");
  });

  test.each([0, 1, 2])("answers as onnxruntime does on picture %i, as pixels and as a file", async (i) => {
    const probabilities = softmax(expected[i]!, 1);
    const picture = formulaPicture(i);
    for (const input of [picture, encodeBmp(picture)]) {
      const { predictions } = await classifier.classify(input, { topK: null });
      expect(predictions).toHaveLength(6);
      for (const { index, label, probability } of predictions) {
        expect(probability).toBeCloseTo(probabilities[index]!, 5);
        expect(label).toBe(classifier.modelInfo.labels[index]);
      }
      const sorted = predictions.map(({ probability }) => probability);
      expect(sorted).toEqual([...sorted].sort((a, b) => b - a));
    }
  });

  test("gives the contract's result", async () => {
    const result = await classifier.classify(encodeBmp(formulaPicture(0, 40, 20)));
    expect(Object.keys(result).sort()).toEqual([
      "height",
      "known",
      "predictions",
      "superclasses",
      "timings",
      "width",
    ]);
    expect([result.width, result.height, result.known]).toEqual([40, 20, null]);
    expect(result.predictions).toHaveLength(5);
    expect(result.superclasses.map(({ label }) => label).sort()).toEqual(
      [...classifier.modelInfo.superclasses].sort(),
    );
    expect(result.superclasses.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1, 5);
    for (const ms of Object.values(result.timings)) expect(ms).toBeGreaterThanOrEqual(0);
  });

  test("gives the thumbnail and the activation maps when asked", async () => {
    const picture = formulaPicture(1);
    const { thumbnail, activationMaps } = await classifier.classify(picture, {
      thumbnail: true,
      activationMaps: true,
    });
    expect(thumbnail).toEqual(picture);
    const { activation_maps_shape: shape } = await expectedOf("tiny");
    expect([activationMaps!.height, activationMaps!.width]).toEqual(shape.slice(2));
    expect(activationMaps!.values).toHaveLength(shape.slice(1).reduce((a, b) => a * b));
  });

  test("the fit decides what the network sees", async () => {
    // Red, white, blue thirds: only the white one is in the centre square.
    const flag = { width: 96, height: 32, data: new Uint8ClampedArray(96 * 32 * 4) };
    const thirds = [
      [255, 0, 0, 255],
      [255, 255, 255, 255],
      [0, 0, 255, 255],
    ];
    for (let at = 0; at < 96 * 32; at += 1) flag.data.set(thirds[Math.floor((at % 96) / 32)]!, 4 * at);
    const seen = async (fit: "cover" | "contain" | "fill"): Promise<number[][]> => {
      const { data } = (await classifier.classify(flag, { fit, thumbnail: true })).thumbnail!;
      const pixel = (x: number, y: number): number[] => [
        ...data.subarray(4 * (32 * y + x), 4 * (32 * y + x) + 3),
      ];
      return [pixel(2, 16), pixel(16, 16), pixel(29, 16), pixel(2, 2)];
    };
    const [red, white, blue] = thirds.map((rgba) => rgba.slice(0, 3));
    expect(await seen("cover")).toEqual([white, white, white, white]);
    expect(await seen("contain")).toEqual([red, white, blue, white]);
    expect(await seen("fill")).toEqual([red, white, blue, red]);
  });

  describe("a crop", () => {
    const whole = formulaPicture(0, 90, 70);
    /** The thumbnail and all predictions, which tell every pixel that was seen. */
    const answer = async (input: ClassifierInput, options: ClassifyOptions) => {
      const { width, height, predictions, thumbnail } = await classifier.classify(input, {
        ...options,
        topK: null,
        thumbnail: true,
      });
      return { size: [width, height], predictions, thumbnail };
    };

    test.each([
      ["cover", { x: 11, y: 5, width: 60, height: 40 }],
      ["contain", { x: 0, y: 33, width: 90, height: 20 }],
      ["fill", { x: 80, y: 0, width: 10, height: 70 }],
    ] as const)(
      "with the fit %s gives what the cut picture gives, as pixels and as a file",
      async (fit, crop) => {
        const data = new Uint8ClampedArray(4 * crop.width * crop.height);
        for (let y = 0; y < crop.height; y += 1) {
          const at = 4 * ((crop.y + y) * whole.width + crop.x);
          data.set(whole.data.subarray(at, at + 4 * crop.width), 4 * y * crop.width);
        }
        const cut = { width: crop.width, height: crop.height, data };
        const { predictions, thumbnail } = await answer(cut, { fit });
        for (const input of [whole, encodeBmp(whole)]) {
          const actual = await answer(input, { fit, crop });
          expect(actual).toEqual({ size: [90, 70], predictions, thumbnail });
        }
      },
    );

    test("that is the whole picture changes nothing, and fractions are rounded", async () => {
      const expected = await answer(whole, {});
      expect(await answer(whole, { crop: { x: 0, y: 0, width: 90, height: 70 } })).toEqual(expected);
      expect(await answer(whole, { crop: { x: -0.3, y: 0.4, width: 90.2, height: 69.8 } })).toEqual(expected);
    });

    test.each([
      [{ x: 80, y: 0, width: 11, height: 70 }, /within the picture, which is 90x70, found 11x70 at 80, 0/],
      [{ x: -1, y: 0, width: 11, height: 70 }, /found 11x70 at -1, 0/],
      [{ x: 0, y: 0, width: 0, height: 70 }, /at least one pixel .* found 0x70/],
      [{ x: 0, y: 0, width: Number.NaN, height: 70 }, /found NaNx70/],
      [{ x: 0, y: 0, width: 5 }, /crop\.height: expected a number of pixels, found undefined/],
      [{ x: "0", y: 0, width: 5, height: 5 }, /crop\.x: expected a number of pixels, found "0"/],
      [7, /crop: expected { x, y, width, height } in pixels, found 7/],
    ])("of %j is refused, of pixels and of a file", async (crop, message) => {
      for (const input of [whole, encodeBmp(whole)]) {
        const call = classifier.classify(input, { crop: crop as never });
        await expect(call).rejects.toEqual(code("internal", message));
      }
    });
  });

  describe("returns only the predictions", () => {
    const picture = formulaPicture(0);
    const labelsOf = async (options: ClassifyOptions): Promise<string[]> =>
      (await classifier.classify(picture, options)).predictions.map(({ label }) => label);

    test("that reach the threshold, at most the five likeliest", async () => {
      const all = (await classifier.classify(picture, { topK: null })).predictions;
      const third = all[2]!.probability;
      expect(third).toBeGreaterThan(all[3]!.probability);
      const { predictions } = await classifier.classify(picture, { threshold: third });
      expect(predictions).toEqual(all.slice(0, 3));
      expect(await labelsOf({ threshold: third, topK: 2 })).toHaveLength(2);
      expect(await labelsOf({ threshold: 0 })).toHaveLength(5);
      expect(await labelsOf({ threshold: 1 })).toEqual([]);
    });

    test("of allowed classes and of none that is denied, of which topK counts", async () => {
      const all = await labelsOf({ topK: null });
      const last = all.slice(3).reverse();
      expect(await labelsOf({ allow: last })).toEqual(all.slice(3));
      expect(await labelsOf({ allow: last, topK: 1 })).toEqual([all[3]]);
      expect(await labelsOf({ allow: [] })).toEqual([]);
      expect(await labelsOf({ deny: [all[0]!, all[2]!], topK: 2 })).toEqual([all[1], all[3]]);
      expect(await labelsOf({ allow: last, deny: [all[3]!, all[0]!] })).toEqual(all.slice(4));
    });

    test("and leaves the rest of the result as it is", async () => {
      const options = { activationMaps: true, topK: null };
      const { predictions, timings, ...rest } = await classifier.classify(picture, options);
      const { label } = predictions[4]!;
      const one = await classifier.classify(picture, { ...options, allow: [label], threshold: 0 });
      expect(one).toEqual({ ...rest, predictions: [predictions[4]], timings: one.timings });
    });

    test("of each picture of a stream", async () => {
      const [, second] = await labelsOf({});
      const pictures = [picture, picture];
      for await (const { result } of classifier.classifyAll(pictures, { allow: [second!] })) {
        expect(result!.predictions.map(({ label }) => label)).toEqual([second]);
      }
    });
  });

  test("takes null for no options, as browsers' own functions do", async () => {
    const picture = formulaPicture(0);
    const { predictions } = await classifier.classify(picture);
    const none = null as never;
    expect((await classifier.classify(picture, none)).predictions).toEqual(predictions);
    for await (const { result } of classifier.classifyAll([picture], none)) {
      expect(result!.predictions).toEqual(predictions);
    }
  });

  test.each([
    [{ topK: 0 }, /topK: expected a whole number of at least 1, or null for all, found 0/],
    [{ topK: 1.5 }, /found 1.5/],
    [{ topK: "3" }, /found "3"/],
    [{ topK: 0, allow: [] }, /topK: expected a whole number/],
    [{ threshold: 1.01 }, /threshold: expected a probability from 0 to 1, found 1.01/],
    [{ threshold: Number.NaN }, /found NaN/],
    [{ threshold: "0.5" }, /found "0.5"/],
    [{ allow: "c0" }, /allow: expected an array of strings, found "c0"/],
    [{ deny: [3] }, /deny: expected an array of strings, found 3/],
    [{ allow: ["spaceship"] }, /allow: the model has no class "spaceship"; modelInfo.labels lists its 6/],
    [{ deny: ["fox", "Elm tree"] }, /deny: the model has no class "Elm tree"; did you mean "elm_tree"/],
    [{ fit: "stretch" }, /expected a fit of cover, contain or fill, found "stretch"/],
    [{ fit: 3 }, /fit: expected cover, contain or fill, found 3/],
    [{ thumbnail: "yes" }, /thumbnail: expected true or false, found "yes"/],
    [{ activationMaps: 1 }, /activationMaps: expected true or false, found 1/],
  ])("refuses %j", async (options, message) => {
    await expect(classifier.classify(formulaPicture(0), options as never)).rejects.toEqual(
      code("internal", message),
    );
  });

  test.each([
    ["an empty file", new Uint8Array(0), "not-an-image"],
    ["text", new TextEncoder().encode("no picture"), "not-an-image"],
    ["half a picture", encodeBmp(formulaPicture(0)).subarray(0, 1000), "not-an-image"],
    ["too few pixels", { width: 32, height: 32, data: new Uint8ClampedArray(4) }, "internal"],
    ["a detached buffer", detached(), "internal"],
    ["less than no pixels", { width: -1, height: -1, data: new Uint8ClampedArray(4) }, "internal"],
    ["no pixels", { width: 0, height: 0, data: new Uint8ClampedArray(0) }, "not-an-image"],
  ])("refuses %s and goes on", async (_, input, expectedCode) => {
    await expect(classifier.classify(input)).rejects.toEqual(code(expectedCode));
    expect((await classifier.classify(formulaPicture(0))).predictions).toHaveLength(5);
  });

  test("answers overlapping calls in order", async () => {
    const order: number[] = [];
    await Promise.all(
      [0, 1, 2].map(async (i) => {
        await classifier.classify(formulaPicture(i));
        order.push(i);
      }),
    );
    expect(order).toEqual([0, 1, 2]);
  });

  test("forgets aborted calls and answers the others", async () => {
    const controller = new AbortController();
    const first = classifier.classify(formulaPicture(0));
    const aborted = classifier.classify(formulaPicture(1), { signal: controller.signal });
    const last = classifier.classify(formulaPicture(2));
    const rejection = expect(aborted).rejects.toMatchObject({ code: "aborted", cause: "changed my mind" });
    // After the inputs are read and queued, before the first answer.
    await new Promise((resolve) => queueMicrotask(() => resolve(undefined)));
    controller.abort("changed my mind");
    await rejection;
    expect((await first).predictions).toHaveLength(5);
    expect((await last).predictions).toHaveLength(5);
    await expect(
      classifier.classify(formulaPicture(0), { signal: AbortSignal.abort("before") }),
    ).rejects.toMatchObject({ code: "aborted", cause: "before" });
  });
});

describe("the end of a classifier", () => {
  afterEach(() => void vi.restoreAllMocks());

  const create = async (): Promise<Classifier> =>
    createClassifier({ model: modelFile("tiny"), wasm: wasmFile });

  test("close rejects what is under way and what comes after", async () => {
    const classifier = await create();
    const underWay = expect(classifier.classify(formulaPicture(0))).rejects.toEqual(code("closed"));
    await Promise.resolve();
    classifier.close();
    await underWay;
    await expect(classifier.classify(formulaPicture(0))).rejects.toEqual(code("closed"));
    classifier.close();
  });

  test("Symbol.dispose closes", async () => {
    const classifier = await create();
    classifier[Symbol.dispose]();
    await expect(classifier.classify(formulaPicture(0))).rejects.toEqual(code("closed"));
  });

  test("closing one leaves the other", async () => {
    const [one, other] = await Promise.all([create(), create()]);
    one.close();
    expect((await other.classify(formulaPicture(0))).predictions).toHaveLength(5);
    other.close();
  });

  const trapTimes = (times: number) => {
    const trap = vi.spyOn(WasmClassifier.prototype, "classify");
    for (let i = 0; i < times; i += 1) {
      trap.mockImplementationOnce(() => {
        throw new WebAssembly.RuntimeError("unreachable");
      });
    }
  };

  test("does not come with a trap, after which the engine starts again, as do others of the thread", async () => {
    const [one, other] = await Promise.all([create(), create()]);
    const expected = await one.classify(formulaPicture(0));
    trapTimes(1);
    for (const classifier of [one, other, one]) {
      const { predictions } = await classifier.classify(formulaPicture(0));
      expect(predictions).toEqual(expected.predictions);
    }
    one.close();
    expect((await other.classify(formulaPicture(1))).predictions).toHaveLength(5);
    other.close();
  });

  test("does not come with a second trap at one picture, which is given up", async () => {
    const classifier = await create();
    trapTimes(2);
    await expect(classifier.classify(formulaPicture(0))).rejects.toMatchObject({
      code: "crashed",
      cause: { code: "crashed", message: expect.stringContaining("unreachable") as string },
    });
    expect((await classifier.classify(formulaPicture(0))).predictions).toHaveLength(5);
    classifier.close();
  });
});
