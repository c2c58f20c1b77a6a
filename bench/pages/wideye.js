// The package's wasm through its generated bindings, on the calling thread.
import instantiate, { WasmClassifier } from "../../web/wasm/wideye.js";

export async function load(model, { wasm }) {
  const [bytes] = await Promise.all([
    fetch(`${model}.onnx`).then((response) => response.arrayBuffer()),
    instantiate({ module_or_path: new URL(wasm, location.href) }),
  ]);
  const classifier = new WasmClassifier(new Uint8Array(bytes));
  return { logits: (rgba) => classifier.logits(rgba), close: () => classifier.free() };
}
