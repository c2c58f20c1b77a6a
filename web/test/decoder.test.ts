import { afterEach, beforeAll, describe, expect, test, vi } from "vitest";

import type { CreateOptions } from "../src/index.js";
import { decoderFile, encodeBmp, formulaPicture, modelFile, read, wasmFile } from "./fixtures.js";

const file = encodeBmp(formulaPicture(0));
const missing = new URL("no-such.wasm", import.meta.url);

/** Fresh bindings, whose decoder is not loaded yet. */
const create = async (options: CreateOptions = {}) => {
  vi.resetModules();
  const { createClassifier } = await import("../src/index.js");
  return createClassifier({ model: modelFile("tiny"), wasm: wasmFile, ...options });
};

afterEach(() => void vi.doUnmock("../wasm/decoder.js"));

describe("the decoder in wasm", () => {
  let bytes: Uint8Array<ArrayBuffer>;
  beforeAll(async () => {
    bytes = await read(decoderFile);
  });

  test.each<[string, () => NonNullable<CreateOptions["decoderWasm"]>]>([
    ["an address", () => decoderFile],
    ["bytes", () => bytes],
    ["a compiled module", () => new WebAssembly.Module(bytes)],
  ])("comes from %s", async (_, decoderWasm) => {
    const classifier = await create({ decoderWasm: decoderWasm() });
    const { predictions, timings } = await classifier.classify(file);
    expect(predictions).toEqual((await classifier.classify(formulaPicture(0))).predictions);
    expect(timings.decodeMs).toBeGreaterThan(0);
    classifier.close();
  });

  test("is asked for when it is needed, again after a failure", async () => {
    const classifier = await create({ decoderWasm: missing });
    expect((await classifier.classify(formulaPicture(0))).predictions).toHaveLength(5);
    for (let i = 0; i < 2; i += 1) {
      await expect(classifier.classify(file)).rejects.toMatchObject({
        code: "network",
        message: expect.stringContaining("no-such.wasm") as string,
      });
    }
    classifier.close();
  });

  test("is not asked for what is no picture", async () => {
    const classifier = await create({ decoderWasm: missing });
    await expect(classifier.classify(new TextEncoder().encode("text"))).rejects.toMatchObject({
      code: "not-an-image",
      message: expect.stringContaining("this is text") as string,
    });
    classifier.close();
  });

  test("costs one picture when it traps", async () => {
    let traps = 1;
    vi.doMock("../wasm/decoder.js", async (original) => {
      const bindings = await original<typeof import("../wasm/decoder.js")>();
      const decode: typeof bindings.decode = (...given) => {
        if (traps-- > 0) throw new WebAssembly.RuntimeError("unreachable");
        return bindings.decode(...given);
      };
      return { ...bindings, decode };
    });
    const classifier = await create();
    await expect(classifier.classify(file)).rejects.toMatchObject({
      code: "not-an-image",
      cause: new Error("RuntimeError: unreachable"),
    });
    expect((await classifier.classify(file)).predictions).toHaveLength(5);
    classifier.close();
  });

  test("is `auto` or `wasm`", async () => {
    await expect(create({ decoder: "browser" as never })).rejects.toMatchObject({
      code: "internal",
      message: expect.stringContaining('expected "auto" or "wasm", found "browser"') as string,
    });
  });
});
