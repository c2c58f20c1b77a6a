// What the tests' scripts use in the blank page of chromium.mjs.
import { createClassifier } from "/web/dist/client.js";
import { Engine } from "/web/dist/engine.js";

Object.assign(globalThis, {
  createClassifier,
  async logitsOf(model, pictures) {
    const url = (path) => ({ url: new URL(path, location.href).href });
    const request = { wasm: url("/web/wasm/wideye.wasm"), model: url(model), modelName: "parity" };
    const engine = await Engine.load(request);
    return pictures.map((picture) => Array.from(engine.logits(Uint8ClampedArray.from(picture))));
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
