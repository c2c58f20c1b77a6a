import instantiate, { __wbg_reset_state as resetInstance, WasmClassifier } from "../wasm/wideye.js";
import type { Classification, ClassifyOptions, ModelInfo } from "./classification.js";
import { open, readBody, rejectHtml } from "./download.js";
import { abortedError, ClassifierError, type ErrorCode } from "./errors.js";
import { type Picture, rasterise } from "./inputs.js";
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

/** One model, loaded and ready, on the calling thread. */
export class Engine {
  readonly modelInfo: ModelInfo;
  /** Present when the load asked for it. */
  readonly shared: SharedParts | undefined;
  readonly #generation = generation;
  #classifier: WasmClassifier | undefined;

  private constructor(classifier: WasmClassifier, modelInfo: ModelInfo, shared: SharedParts | undefined) {
    this.#classifier = classifier;
    this.modelInfo = modelInfo;
    this.shared = shared;
  }

  /** Fetches wasm and model side by side and prepares the network. */
  static async load(request: Omit<LoadRequest, "type">, options: LoadOptions = {}): Promise<Engine> {
    const [bytes, module] = await Promise.all([
      readModel(request.model, options),
      startInstance(request.wasm, options.onProgress),
    ]);
    if (options.signal?.aborted) throw abortedError(options.signal);
    return guard(() => {
      const classifier = new WasmClassifier(bytes);
      const info = classifier.info() as Omit<ModelInfo, "name" | "sizeBytes">;
      const modelInfo = { name: request.modelName, sizeBytes: bytes.length, ...info };
      return new Engine(
        classifier,
        modelInfo,
        request.share ? { module, model: new Blob([bytes]) } : undefined,
      );
    });
  }

  /** Returns what the network says about a picture. */
  classify(picture: Picture, options: Omit<ClassifyOptions, "signal"> = {}): Classification {
    const classifier = this.#live();
    if (picture.kind === "encoded") {
      return guard(() => classifier.classifyEncoded(picture.bytes, options) as Classification);
    }
    const { data, width, height } = picture.kind === "pixels" ? picture.pixels : rasterise(picture.bitmap);
    return guard(() => classifier.classifyPixels(data, width, height, options) as Classification);
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

/** Returns any thrown value as the error that callers see. */
export function toClassifierError(error: unknown): ClassifierError {
  if (error instanceof ClassifierError) return error;
  const cause = error instanceof Error ? error : new Error(String(error));
  return new ClassifierError("internal", cause.message, { cause });
}

/** Runs wasm code; its own errors come as errors with a code, all others mean that it trapped. */
function guard<T>(run: () => T): T {
  try {
    return run();
  } catch (error) {
    const { name, code, message, cause } = error as Error & { code?: ErrorCode };
    if (name === "ClassifierError" && code !== undefined && code !== "crashed") {
      throw new ClassifierError(code, message, cause === undefined ? undefined : { cause });
    }
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
function startInstance(asset: Asset, onProgress: LoadOptions["onProgress"]): Promise<WebAssembly.Module> {
  if (crashed) {
    resetInstance();
    crashed = false;
    generation += 1;
  }
  instance ??= compile(asset, onProgress)
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

async function compile(asset: Asset, onProgress: LoadOptions["onProgress"]): Promise<WebAssembly.Module> {
  if (!supportsSimd()) {
    throw new ClassifierError(
      "unsupported-browser",
      "this browser has no WebAssembly with SIMD; use Chrome or Edge 91, Firefox 89, Safari 16.4 or newer",
    );
  }
  if ("module" in asset) return asset.module;
  if ("bytes" in asset) return compileBytes(asset.bytes);
  const url = new URL(asset.url);
  const report = (loaded: number, total: number | null) => onProgress?.({ part: "wasm", loaded, total });
  const response = await open(url);
  // Only an untouched response is compiled while it arrives and kept in the browser's code cache.
  if (response.headers.get("content-type")?.startsWith("application/wasm") && response.url !== "") {
    report(0, null);
    try {
      return await WebAssembly.compileStreaming(response);
    } catch (cause) {
      throw new ClassifierError("network", `${url.href} is no WebAssembly, or broke off on its way`, {
        cause,
      });
    }
  }
  const bytes = await readBody(response, url, { onProgress: report });
  rejectHtml(bytes, url, "the WebAssembly file");
  return compileBytes(bytes, url);
}

async function compileBytes(bytes: Uint8Array<ArrayBuffer>, url?: URL): Promise<WebAssembly.Module> {
  try {
    return await WebAssembly.compile(bytes);
  } catch (cause) {
    const where = url === undefined ? "the given wasm" : url.href;
    throw new ClassifierError("internal", `${where} is no WebAssembly that this browser compiles`, { cause });
  }
}

async function readModel(
  asset: Asset,
  { signal, onProgress }: LoadOptions,
): Promise<Uint8Array<ArrayBuffer>> {
  if ("bytes" in asset) return asset.bytes;
  if ("module" in asset)
    throw new ClassifierError("internal", "expected a model, found a WebAssembly module");
  const url = new URL(asset.url);
  const bytes = await readBody(await open(url, signal), url, {
    signal,
    sizeBytes: asset.sizeBytes,
    onProgress: (loaded, total) => onProgress?.({ part: "model", loaded, total }),
  });
  rejectHtml(bytes, url, "the model");
  return bytes;
}

/** Validates the shortest module that uses SIMD. */
function supportsSimd(): boolean {
  return (
    typeof WebAssembly === "object" &&
    WebAssembly.validate(
      Uint8Array.of(
        0,
        97,
        115,
        109,
        1,
        0,
        0,
        0, // magic, version
        1,
        5,
        1,
        96,
        0,
        1,
        123, // type: () -> v128
        3,
        2,
        1,
        0, // one function of that type
        10,
        10,
        1,
        8,
        0,
        65,
        0,
        253,
        15,
        253,
        98,
        11, // i32.const 0, i8x16.splat, i8x16.popcnt
      ),
    )
  );
}
