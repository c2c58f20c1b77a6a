// What the tests' scripts use in the blank page of chromium.mjs.
import { createClassifier } from "/web/dist/client.js";
import { Engine } from "/web/dist/engine.js";
import { COUNT, rgba } from "./pictures.mjs";

Object.assign(globalThis, {
  createClassifier,
  /** The logits of a model for all pictures of pictures.mjs. */
  async logitsOf(model) {
    const url = (path) => ({ url: new URL(path, location.href).href });
    const request = { wasm: url("/web/wasm/wideye.wasm"), model: url(model), modelName: "parity" };
    const engine = await Engine.load(request);
    return Array.from({ length: COUNT }, (_, i) => Array.from(engine.logits(rgba(i))));
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
