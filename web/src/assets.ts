// The package's own files, each named once and as a literal, so that bundlers find and copy them.

import { defaultModel } from "./default-model.js";
import { resolveUrl } from "./download.js";
import type { Parts } from "./parts.js";
import { relaxedWasmSizeBytes, wasmSizeBytes } from "./wasm-sizes.js";

const wasmUrl = (): URL => new URL("../wasm/wideye.wasm", import.meta.url);
const relaxedWasmUrl = (): URL => new URL("../wasm/wideye-relaxed.wasm", import.meta.url);
const decoderUrl = (): URL => new URL("../wasm/decoder.wasm", import.meta.url);

const startWorker = (): Worker =>
  new Worker(new URL("./worker.js", import.meta.url), { type: "module", name: "wideye" });

/** Next.js makes objects of the literals whose `href` is but a path. */
const address = (file: URL): string => resolveUrl(file.href).href;

/** The parts as files. */
export const files: Parts = {
  wasm: async () => ({
    wasm: { url: address(wasmUrl()), sizeBytes: wasmSizeBytes },
    relaxedWasm: { url: address(relaxedWasmUrl()), sizeBytes: relaxedWasmSizeBytes },
  }),
  decoder: async () => ({ url: address(decoderUrl()) }),
  model: async () => ({
    asset: { url: address(defaultModel.url()), sizeBytes: defaultModel.sizeBytes },
    name: defaultModel.name,
  }),
  worker: async () => startWorker,
};
