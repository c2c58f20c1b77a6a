import type { Classification, ClassifyOptions, ModelInfo } from "./classification.js";
import type { ErrorRecord } from "./errors.js";
import type { Picture } from "./inputs.js";
import type { ModelDescription } from "./own-model.js";

/** Where wasm or a model comes from, in a form that messages between threads can carry. */
export type Asset =
  | { readonly url: string; readonly sizeBytes?: number }
  | { readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly module: WebAssembly.Module };

/** How far a download has come. */
export interface Progress {
  /** What is downloaded. */
  readonly part: "wasm" | "model";
  /** Bytes so far, after decompression; wasm that the browser compiles as it arrives is reported at its end. */
  readonly loaded: number;
  /**
   * Bytes in all, as `loaded` counts them: known from the start for the package's own files; of others what the
   * server says, null where it does not.
   */
  readonly total: number | null;
}

/** What decodes where the browser does not, fetched when first needed. */
export interface DecoderRequest {
  readonly asset: Asset;
  /** Whether it decodes everywhere. */
  readonly always: boolean;
}

export interface LoadRequest {
  readonly type: "load";
  readonly wasm: Asset;
  /** The same with relaxed SIMD, for browsers that have it. */
  readonly relaxedWasm?: Asset;
  readonly decoder: DecoderRequest;
  readonly model: Asset;
  readonly modelName: string;
  readonly description?: ModelDescription | undefined;
  /** Whether the answer is to bring what further threads can load from. */
  readonly share?: boolean;
}

/** What one thread has fetched and compiled, for others to load from. */
export interface SharedParts {
  readonly module: WebAssembly.Module;
  /** The ONNX file; outside the heaps of the page and its workers. */
  readonly model: Blob;
}

export interface ClassifyRequest {
  readonly type: "classify";
  readonly id: number;
  readonly picture: Picture;
  readonly options: Omit<ClassifyOptions, "signal">;
}

/** What the client asks of the engine's thread. */
export type Request = LoadRequest | ClassifyRequest | { readonly type: "close" };

/** What the engine's thread answers; a failure without `id` belongs to the load. */
export type Reply =
  | { readonly type: "started" }
  | { readonly type: "progress"; readonly progress: Progress }
  | { readonly type: "loaded"; readonly modelInfo: ModelInfo; readonly shared?: SharedParts }
  | { readonly type: "classified"; readonly id: number; readonly result: Classification }
  | { readonly type: "failed"; readonly id?: number; readonly error: ErrorRecord };
