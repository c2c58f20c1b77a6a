// The package's own files, each named once and as a literal, so that bundlers find and copy them.

export { defaultModel } from "./default-model.js";

export const wasmUrl = (): URL => new URL("../wasm/wideye.wasm", import.meta.url);
export const relaxedWasmUrl = (): URL => new URL("../wasm/wideye-relaxed.wasm", import.meta.url);
export const decoderUrl = (): URL => new URL("../wasm/decoder.wasm", import.meta.url);

export const startWorker = (): Worker =>
  new Worker(new URL("./worker.js", import.meta.url), { type: "module", name: "wideye" });
