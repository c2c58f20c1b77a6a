// TensorFlow.js with its wasm backend: the graph of models/layers.py in NHWC, ELU fused into the convolutions.
import { setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
import plainUrl from "@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm?url";
import simdUrl from "@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url";
import threadedUrl from "@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-threaded-simd.wasm?url";
import * as tf from "@tensorflow/tfjs-core";

const SIDE = 32;
const PLANE = SIDE * SIDE;

export async function load(model) {
  // It fetches the one that the page may use: SIMD without threads, where the page is not isolated.
  setWasmPaths({
    "tfjs-backend-wasm.wasm": new URL(plainUrl, import.meta.url).href,
    "tfjs-backend-wasm-simd.wasm": new URL(simdUrl, import.meta.url).href,
    "tfjs-backend-wasm-threaded-simd.wasm": new URL(threadedUrl, import.meta.url).href,
  });
  const [layers, weights] = await Promise.all([
    fetch(`${model}.layers.json`).then((response) => response.json()),
    fetch(`${model}.weights`).then((response) => response.arrayBuffer()),
    tf.setBackend("wasm"),
  ]);
  const tensors = constants(layers, new Float32Array(weights));
  const steps = plan(layers.nodes, tensors);
  const image_nhwc = new Float32Array(3 * PLANE);
  return {
    logits(rgba) {
      for (let at = 0; at < PLANE; at += 1) {
        image_nhwc[3 * at] = rgba[4 * at] / 255;
        image_nhwc[3 * at + 1] = rgba[4 * at + 1] / 255;
        image_nhwc[3 * at + 2] = rgba[4 * at + 2] / 255;
      }
      return tf.tidy(() => {
        const values = new Map([["image", tf.tensor4d(image_nhwc, [1, SIDE, SIDE, 3])]]);
        for (const { inputs, output, apply } of steps) {
          values.set(output, apply(...inputs.map((name) => values.get(name) ?? tensors.get(name))));
        }
        return values.get("logits").dataSync();
      });
    },
    close: () => tf.dispose([...tensors.values()]),
  };
}

/** The constants, in the axis order of TensorFlow: filters HWIO, all else with channels last. */
function constants({ tensors, nodes }, weights) {
  const filters = new Set(nodes.filter(({ operator }) => operator === "Conv").map(({ inputs }) => inputs[1]));
  const entries = Object.entries(tensors).map(([name, { shape, offset }]) => {
    const size = shape.reduce((product, side) => product * side, 1);
    const value = tf.tensor(weights.slice(offset, offset + size), shape);
    if (filters.has(name)) return [name, tf.transpose(value, [2, 3, 1, 0])];
    return [name, shape.length === 4 ? tf.transpose(value, [0, 2, 3, 1]) : value];
  });
  return new Map(entries);
}

/** What to compute, in order; an ELU that alone follows a convolution becomes part of it. */
function plan(nodes, tensors) {
  const consumers = (name) => nodes.filter(({ inputs }) => inputs.includes(name));
  const fused = new Set();
  const steps = [];
  for (const node of nodes) {
    if (fused.has(node)) continue;
    if (node.operator !== "Conv") {
      steps.push({ inputs: node.inputs, output: node.output, apply: operator(node) });
      continue;
    }
    const [next, ...others] = consumers(node.output);
    const withElu = next?.operator === "Elu" && next.attributes.alpha === 1 && others.length === 0;
    if (withElu) fused.add(next);
    const output = withElu ? next.output : node.output;
    steps.push({
      inputs: node.inputs,
      output,
      apply: convolution(node, tensors, withElu ? "elu" : "linear"),
    });
  }
  return steps;
}

function convolution({ inputs, attributes }, tensors, activation) {
  const [height, width] = tensors.get(inputs[1]).shape;
  const { pads = [0, 0, 0, 0], strides = [1, 1], dilations = [1, 1], group = 1 } = attributes;
  const keepsSize = pads.join() === [height >> 1, width >> 1, height >> 1, width >> 1].join();
  if (!keepsSize || [...strides, ...dilations, group].some((value) => value !== 1)) {
    throw new Error(`expected a convolution that keeps the size, found ${JSON.stringify(attributes)}`);
  }
  return (x, filter, bias) =>
    tf.fused.conv2d({ x, filter, bias, strides: 1, pad: "same", dataFormat: "NHWC", activation });
}

function operator({ operator, attributes }) {
  switch (operator) {
    case "Add":
      return tf.add;
    case "Sub":
      return tf.sub;
    case "Div":
      return tf.div;
    case "Elu":
      if (attributes.alpha !== 1) throw new Error(`expected an ELU of alpha 1, found ${attributes.alpha}`);
      return tf.elu;
    case "MaxPool":
      return (x) => tf.maxPool(x, attributes.kernel_shape, attributes.strides, "valid");
    case "GlobalAveragePool":
      return (x) => tf.mean(x, [1, 2], true);
    case "Flatten":
      return (x) => tf.reshape(x, [x.shape[0], -1]);
    default:
      throw new Error(`expected an operator of wideye's models, found ${operator}`);
  }
}
