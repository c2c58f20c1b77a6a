import instantiate, { decode, __wbg_reset_state as resetInstance } from "../wasm/decoder.js";
import type { ClassifyOptions } from "./classification.js";
import { compile } from "./compile.js";
import { DECODER } from "./download.js";
import { ClassifierError, thrownByWasm } from "./errors.js";
import type { Asset } from "./protocol.js";

/** A picture as the network sees it, and the picture's own size. */
export interface Seen {
  readonly width: number;
  readonly height: number;
  /** `[1, 3, inputHeight, inputWidth]`, 0 to 1. */
  readonly input: Float32Array<ArrayBuffer>;
  readonly decodeMs: number;
  readonly resizeMs: number;
}

/** A picture with more pixels leaves the decoder with so much memory that it is not kept. */
const KEPT_PIXELS = 4_000_000;

// As in the engine: one instance per thread.
let instance: Promise<unknown> | undefined;

/** Decodes where the browser does not. The first call on a thread loads the decoder. */
export async function decodeInWasm(
  asset: Asset,
  bytes: Uint8Array<ArrayBuffer>,
  { fit, crop }: Pick<ClassifyOptions, "fit" | "crop">,
  inputWidth: number,
  inputHeight: number,
): Promise<Seen> {
  instance ??= compile(asset, DECODER)
    .then((module) => instantiate({ module_or_path: module }))
    .catch((error: unknown) => {
      instance = undefined;
      throw error;
    });
  await instance;
  let seen: Seen | undefined;
  try {
    seen = decode(bytes, fit, inputWidth, inputHeight, crop) as Seen;
    return seen;
  } catch (error) {
    const known = thrownByWasm(error);
    if (known) throw known;
    resetInstance();
    throw new ClassifierError(
      "not-an-image",
      "the decoder stopped at this picture; save it anew as JPEG or PNG and try that",
      { cause: error },
    );
  } finally {
    if (seen !== undefined && seen.width * seen.height > KEPT_PIXELS) resetInstance();
  }
}
