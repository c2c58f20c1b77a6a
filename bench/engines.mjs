// The engines that are compared, by the ids of the report.

const WASM = { "wideye-relaxed": "wideye-relaxed.wasm", "wideye-simd": "wideye.wasm" };
export const REFERENCE = "onnxruntime-web";

/** Every engine: `page` is its script in pages/, `options` what its `load` takes, `package` where its version is. */
export const engines = [
  ...Object.entries(WASM).map(([id, file]) => ({
    id,
    page: "wideye",
    wasm: file,
    options: { wasm: `/wasm/${file}` },
    package: "web",
  })),
  { id: REFERENCE, page: "onnxruntime-web", options: {}, package: "bench/node_modules/onnxruntime-web" },
  {
    id: "tfjs-wasm",
    page: "tfjs-wasm",
    options: {},
    package: "bench/node_modules/@tensorflow/tfjs-backend-wasm",
  },
];

export const isOurs = (id) => id in WASM;
