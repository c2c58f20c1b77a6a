// Ten thousand classifications in one engine: its wasm memory, which can only grow, does not after the first hundred.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";

const web = new URL("../../web/", import.meta.url);
const fixtures = new URL("../fixtures/", import.meta.url);

const PICTURES = 10_000;
const WARM_UP = 100;

test(`${PICTURES} pictures need no more wasm memory than the first ${WARM_UP}`, async () => {
  const bindings = await Promise.all(
    ["wideye", "decoder"].map((name) => import(new URL(`wasm/${name}.js`, web))),
  );
  const { Engine } = await import(new URL("dist/engine.js", web));
  const engine = await Engine.load({
    wasm: { url: new URL("wasm/wideye.wasm", web).href },
    decoder: { asset: { url: new URL("wasm/decoder.wasm", web).href }, always: false },
    model: { bytes: await readFile(new URL("models/tiny.onnx", fixtures)) },
    modelName: "tiny",
  });
  // The bindings hold one instance a thread: those of the engine.
  const sizes = () =>
    Promise.all(
      bindings.map(async ({ default: instantiate }) => (await instantiate()).memory.buffer.byteLength),
    );

  const encoded = await Promise.all(
    ["drawing.png", "drawing.jpg", "drawing.webp", "animated.gif", "text.png"].map(async (name) => ({
      kind: "encoded",
      bytes: await readFile(new URL(`pictures/${name}`, fixtures)),
    })),
  );
  const pixels = [
    [32, 32],
    [97, 41],
    [200, 150],
  ].map(([width, height]) => ({
    kind: "pixels",
    pixels: { width, height, data: new Uint8ClampedArray(4 * width * height).fill(127) },
  }));
  const pictures = [...encoded, ...pixels];
  const options = { topK: null, thumbnail: true, activationMaps: true };

  let answers = 0;
  let failures = 0;
  let warm;
  for (let i = 0; i < PICTURES; i += 1) {
    const picture = pictures[i % pictures.length];
    try {
      answers += Number((await engine.classify(picture, options)).predictions.length > 0);
    } catch (error) {
      assert.equal(error.code, "not-an-image");
      failures += 1;
    }
    if (i + 1 === WARM_UP) warm = await sizes();
  }
  // One in eight is a text.
  assert.deepEqual({ answers, failures }, { answers: 8750, failures: 1250 });
  assert.ok(warm.every((size) => size > 0));
  assert.deepEqual(await sizes(), warm);
  engine.close();
});
