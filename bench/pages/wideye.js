// The package's wasm through its generated bindings, on the calling thread.
import instantiate, { WasmClassifier } from "../../web/wasm/wideye.js";

export async function load(model, { wasm }) {
  const response = fetch(`${model}.onnx`);
  await instantiate({ module_or_path: new URL(wasm, location.href) });
  const bytes = new Uint8Array(await (await response).arrayBuffer());
  const classifier = new WasmClassifier(bytes);
  return { logits: (rgba) => classifier.logits(rgba), close: () => classifier.free() };
}
