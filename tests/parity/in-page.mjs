// What the tests' scripts use in the blank page of chromium.mjs.
import { createClassifier } from "/web/dist/create.js";
import { Engine } from "/web/dist/engine.js";

Object.assign(globalThis, {
  createClassifier,
  /** The page keeps one wasm instance: the binary of its first model. */
  async answersOf(model, pictures, binary) {
    const url = (path) => ({ url: new URL(path, location.href).href });
    const request = { wasm: url(`/web/wasm/${binary}.wasm`), model: url(model), modelName: "parity" };
    const engine = await Engine.load(request);
    const logits = pictures.map((picture) => Array.from(engine.logits(Uint8ClampedArray.from(picture))));
    engine.close();
    return { simd: engine.modelInfo.simd, logits };
  },
  async load(address) {
    const image = new Image();
    image.src = address;
    await image.decode();
    return image;
  },
  codeOf: (promise) =>
    promise.then(
      () => ({ name: "none", code: "none", message: "" }),
      ({ name, code, message }) => ({ name, code, message }),
    ),
});
