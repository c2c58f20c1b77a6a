import instantiate, {
  probe,
  __wbg_reset_state as resetInstance,
  WasmClassifier,
  type WasmFitting,
} from "../wasm/wideye.js";
import { decodeInBrowser, readStrips, requirePixels } from "./bitmap.js";
import type { Classification, ClassifyOptions, ModelInfo, Pixels } from "./classification.js";
import { compileFastest } from "./compile.js";
import { decodeInWasm, type Seen } from "./decoder.js";
import { MODEL, open, readBody, rejectHtml } from "./download.js";
import { abortedError, ClassifierError, thrownByWasm } from "./errors.js";
import type { Picture } from "./inputs.js";
import { describe, hash, type Said } from "./model-info.js";
import type { Asset, LoadRequest, Progress, SharedParts } from "./protocol.js";

/** How a load reports and is stopped. */
export interface LoadOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

// The generated bindings hold one wasm instance per thread, which all engines of the thread share.
// A trap leaves it in no state to go on; `generation` tells the engines of a dead instance.
let instance: Promise<WebAssembly.Module> | undefined;
let generation = 0;
let crashed = false;

/** Rows handed to wasm at a time, as they are copied there. */
const ROWS = 256;

/** Takes rows of these columns. */
type Push = (rows: Uint8ClampedArray<ArrayBuffer>, left: number, width: number) => void;

type Answer = Omit<Classification, "width" | "height" | "timings"> & { readonly inferMs: number };

/** One model, loaded and ready, on the calling thread. */
export class Engine {
  readonly modelInfo: ModelInfo;
  /** Present when the load asked for it. */
  readonly shared: SharedParts | undefined;
  readonly #generation = generation;
  readonly #decoder: LoadRequest["decoder"];
  #classifier: WasmClassifier | undefined;

  private constructor(
    classifier: WasmClassifier,
    modelInfo: ModelInfo,
    decoder: LoadRequest["decoder"],
    shared: SharedParts | undefined,
  ) {
    this.#classifier = classifier;
    this.modelInfo = modelInfo;
    this.#decoder = decoder;
    this.shared = shared;
  }

  /** Fetches wasm and model side by side and prepares the network. */
  static async load(request: Omit<LoadRequest, "type">, options: LoadOptions = {}): Promise<Engine> {
    const [{ bytes, sha256 }, module] = await Promise.all([
      readModel(request.model, options).then(async (bytes) => ({ bytes, sha256: await hash(bytes) })),
      startInstance(request, options.onProgress),
    ]);
    if (options.signal?.aborted) throw abortedError(options.signal);
    return guard(() => {
      const classifier = new WasmClassifier(bytes, request.description);
      const modelInfo = describe(classifier.info() as Said, request.modelName, bytes.length, sha256);
      return new Engine(
        classifier,
        modelInfo,
        request.decoder,
        request.share ? { module, model: new Blob([bytes]) } : undefined,
      );
    });
  }

  /** Returns what the network says about a picture. */
  async classify(picture: Picture, options: Omit<ClassifyOptions, "signal"> = {}): Promise<Classification> {
    const { input, width, height, decodeMs, resizeMs } = await this.#see(picture, options);
    const classifier = this.#live();
    const { inferMs, ...said } = guard(() => classifier.classify(input, options) as Answer);
    return { ...said, width, height, timings: { decodeMs, resizeMs, inferMs } };
  }

  async #see(picture: Picture, options: Omit<ClassifyOptions, "signal">): Promise<Seen> {
    const startMs = performance.now();
    if (picture.kind === "pixels") return this.#fitPixels(picture.pixels, options);
    if (picture.kind === "bitmap") return this.#fitBitmap(picture.bitmap, options, startMs);
    const { inputWidth, inputHeight } = this.modelInfo;
    const { bytes } = picture;
    this.#live();
    const type = guard(() => probe(bytes));
    if (type !== undefined && !this.#decoder.always) {
      const bitmap = await decodeInBrowser(bytes, type);
      if (bitmap !== undefined) return this.#fitBitmap(bitmap, options, startMs);
    }
    return decodeInWasm(this.#decoder.asset, bytes, options, inputWidth, inputHeight);
  }

  #fitPixels({ data, width, height }: Pixels, options: object): Seen {
    if (![width, height].every((side) => Number.isInteger(side) && side >= 0)) {
      throw new ClassifierError("internal", `expected pixels in whole rows, found ${width} by ${height}`);
    }
    const expected = 4 * width * height;
    if (data.length !== expected) {
      throw new ClassifierError(
        "internal",
        `expected ${expected} bytes of pixels for this width and height, found ${data.length}`,
      );
    }
    const startMs = performance.now();
    const input = this.#fit(width, height, options, ({ top, height }, push) => {
      const row = 4 * width;
      for (let y = top; y < top + height; y += ROWS) {
        const end = Math.min(y + ROWS, top + height);
        push(data.subarray(y * row, end * row), 0, width);
      }
    });
    return { width, height, input, decodeMs: 0, resizeMs: performance.now() - startMs };
  }

  #fitBitmap(bitmap: ImageBitmap, options: object, startMs: number): Seen {
    const { width, height } = bitmap;
    let resizeMs = 0;
    try {
      requirePixels();
      const input = this.#fit(width, height, options, ({ left, top, width, height }, push) => {
        readStrips(bitmap, { left, top, width, height }, (rows) => {
          const readMs = performance.now();
          push(rows, left, width);
          resizeMs += performance.now() - readMs;
        });
      });
      return { width, height, input, decodeMs: performance.now() - startMs - resizeMs, resizeMs };
    } finally {
      bitmap.close();
    }
  }

  #fit(
    width: number,
    height: number,
    options: object,
    feed: (fitting: WasmFitting, push: Push) => void,
  ): Float32Array<ArrayBuffer> {
    const classifier = this.#live();
    const fitting = guard(() => classifier.fit(width, height, options));
    try {
      feed(fitting, (rows, left, width) => guard(() => fitting.push(rows, left, width)));
    } catch (error) {
      if (!crashed) fitting.free();
      throw error;
    }
    return guard(() => fitting.finish() as Float32Array<ArrayBuffer>);
  }

  /**
   * Returns the uncalibrated scores for pixels that already have the network's input size.
   *
   * Shapes: `rgba` is `[inputHeight, inputWidth, 4]`, 0 to 255; the result is `[classes]`.
   */
  logits(rgba: Uint8ClampedArray): Float32Array {
    const classifier = this.#live();
    return guard(() => classifier.logits(rgba));
  }

  /** Frees the model's memory. */
  close(): void {
    if (this.#generation === generation && !crashed) this.#classifier?.free();
    this.#classifier = undefined;
  }

  #live(): WasmClassifier {
    if (this.#classifier === undefined) throw new ClassifierError("closed", "the classifier is closed");
    if (this.#generation !== generation || crashed) throw crashedError();
    return this.#classifier;
  }
}

/** Runs wasm code; errors that are not typed mean that it trapped. */
function guard<T>(run: () => T): T {
  try {
    return run();
  } catch (error) {
    const known = thrownByWasm(error);
    if (known) throw known;
    crashed = true;
    throw crashedError(error);
  }
}

function crashedError(cause?: unknown): ClassifierError {
  const why = cause instanceof Error ? `: ${cause.message}` : "";
  return new ClassifierError("crashed", `the classifier stopped${why}; create another one to go on`, {
    cause,
  });
}

/** Without a signal: whoever loads next on this thread shares the download. */
function startInstance(
  { wasm, relaxedWasm }: Omit<LoadRequest, "type">,
  onProgress: LoadOptions["onProgress"],
): Promise<WebAssembly.Module> {
  if (crashed) {
    resetInstance();
    crashed = false;
    generation += 1;
  }
  const report = (loaded: number, total: number | null) => onProgress?.({ part: "wasm", loaded, total });
  instance ??= compileFastest(wasm, relaxedWasm, report)
    .then(async (module) => {
      await instantiate({ module_or_path: module });
      return module;
    })
    .catch((error: unknown) => {
      instance = undefined;
      throw error;
    });
  return instance;
}

async function readModel(
  asset: Asset,
  { signal, onProgress }: LoadOptions,
): Promise<Uint8Array<ArrayBuffer>> {
  if ("bytes" in asset) return asset.bytes;
  if ("module" in asset)
    throw new ClassifierError("internal", "expected a model, found a WebAssembly module");
  const url = new URL(asset.url);
  const { sizeBytes } = asset;
  const report = (loaded: number, total: number | null) => onProgress?.({ part: "model", loaded, total });
  if (sizeBytes !== undefined) report(0, sizeBytes);
  const bytes = await readBody(await open(url, { signal, part: MODEL }), url, {
    signal,
    sizeBytes,
    onProgress: report,
  });
  rejectHtml(bytes, url, MODEL);
  return bytes;
}
