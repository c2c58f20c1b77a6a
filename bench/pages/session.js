// One engine on a page's main thread. The harness calls `bench` in the page.

const SIDE = 32;
const PICTURE_BYTES = 4 * SIDE * SIDE;

const memories = watchMemories();
let images_rgba;
let classifier;

globalThis.bench = {
  /** Fetches the pictures, [count, 32, 32, 4]. */
  async fetchImages(url) {
    images_rgba = new Uint8ClampedArray(await (await fetch(url)).arrayBuffer());
  },

  /** Imports an engine, lets it load a model, and returns how long that took. */
  async load(page, model, options) {
    const start = performance.now();
    const engine = await import(page);
    classifier = await engine.load(model, options);
    return performance.now() - start;
  },

  close() {
    classifier.close();
    classifier = undefined;
  },

  /** Returns the scores of pictures, [end - start, classes]. */
  async logits(start, end) {
    const rows = [];
    for (let i = start; i < end; i += 1) rows.push(Array.from(await classifier.logits(picture(i))));
    return rows;
  },

  /** Classifies `count` pictures one by one and returns how long that took. */
  async burst(count) {
    const start = performance.now();
    for (let i = 0; i < count; i += 1) await classifier.logits(picture(i));
    return performance.now() - start;
  },

  /** Bytes of all wasm memories of this page. */
  wasmBytes() {
    let bytes = 0;
    for (const memory of memories) bytes += memory.buffer.byteLength;
    return bytes;
  },
};

function picture(i) {
  const at = PICTURE_BYTES * (i % (images_rgba.length / PICTURE_BYTES));
  return images_rgba.subarray(at, at + PICTURE_BYTES);
}

/** Collects the memories that are made from now on, by JavaScript or by an instance that exports one. */
function watchMemories() {
  const found = new Set();
  const collect = (instance) => {
    for (const value of Object.values(instance.exports)) {
      if (value instanceof WebAssembly.Memory) found.add(value);
    }
  };
  WebAssembly.Memory = new Proxy(WebAssembly.Memory, {
    construct(target, args) {
      const memory = new target(...args);
      found.add(memory);
      return memory;
    },
  });
  WebAssembly.Instance = new Proxy(WebAssembly.Instance, {
    construct(target, args) {
      const instance = new target(...args);
      collect(instance);
      return instance;
    },
  });
  for (const name of ["instantiate", "instantiateStreaming"]) {
    const original = WebAssembly[name];
    WebAssembly[name] = async (...args) => {
      const result = await original.apply(WebAssembly, args);
      collect(result instanceof WebAssembly.Instance ? result : result.instance);
      return result;
    };
  }
  return found;
}
