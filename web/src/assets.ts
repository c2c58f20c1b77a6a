// The package's own files, each named once and as a literal, so that bundlers find and copy them.

import { defaultModel } from "./default-model.js";
import type { Parts } from "./parts.js";
import { relaxedWasmSizeBytes, wasmSizeBytes } from "./wasm-sizes.js";

const wasmUrl = (): URL => new URL("../wasm/wideye.wasm", import.meta.url);
const relaxedWasmUrl = (): URL => new URL("../wasm/wideye-relaxed.wasm", import.meta.url);
const decoderUrl = (): URL => new URL("../wasm/decoder.wasm", import.meta.url);

const startWorker = (): Worker =>
  new Worker(new URL("./worker.js", import.meta.url), { type: "module", name: "wideye" });

/** The parts as files. */
export const files: Parts = {
  wasm: async () => ({
    wasm: { url: wasmUrl().href, sizeBytes: wasmSizeBytes },
    relaxedWasm: { url: relaxedWasmUrl().href, sizeBytes: relaxedWasmSizeBytes },
  }),
  decoder: async () => ({ url: decoderUrl().href }),
  model: async () => ({
    asset: { url: defaultModel.url().href, sizeBytes: defaultModel.sizeBytes },
    name: defaultModel.name,
  }),
  worker: async () => startWorker,
};
