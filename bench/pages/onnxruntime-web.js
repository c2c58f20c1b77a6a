// onnxruntime-web, its build without WebGPU, on one thread.
import * as ort from "onnxruntime-web/wasm";

const SIDE = 32;
const PLANE = SIDE * SIDE;

export async function load(model) {
  ort.env.wasm.numThreads = 1;
  const bytes = new Uint8Array(await (await fetch(`${model}.onnx`)).arrayBuffer());
  const session = await ort.InferenceSession.create(bytes, {
    executionProviders: ["wasm"],
    graphOptimizationLevel: "all",
    // Else the weights of the shipped models are dequantised for each picture.
    extra: { session: { disable_quant_qdq: "1" } },
  });
  const image_nchw = new Float32Array(3 * PLANE);
  return {
    async logits(rgba) {
      for (let at = 0; at < PLANE; at += 1) {
        image_nchw[at] = rgba[4 * at] / 255;
        image_nchw[PLANE + at] = rgba[4 * at + 1] / 255;
        image_nchw[2 * PLANE + at] = rgba[4 * at + 2] / 255;
      }
      const image = new ort.Tensor("float32", image_nchw, [1, 3, SIDE, SIDE]);
      const { logits } = await session.run({ image }, ["logits"]);
      return logits.data;
    },
    close: () => session.release(),
  };
}
