import { declaredSize, open, type Part, readBody, rejectHtml, WASM } from "./download.js";
import { ClassifierError } from "./errors.js";
import type { Asset } from "./protocol.js";

type Report = (loaded: number, total: number | null) => void;

/** Returns a module of this package. */
export async function compile(
  asset: Asset,
  part: Part,
  report: Report = () => {},
): Promise<WebAssembly.Module> {
  requireSimd();
  if ("module" in asset) return asset.module;
  if ("bytes" in asset) return compileBytes(asset.bytes);
  const url = new URL(asset.url);
  if (asset.sizeBytes !== undefined) report(0, asset.sizeBytes);
  const response = await open(url, { part });
  // Only an untouched response is compiled while it arrives and kept in the browser's code cache.
  // Streaming takes the type without parameters alone.
  const type = response.headers.get("content-type")?.trim().toLowerCase();
  if (type === "application/wasm" && response.url !== "") {
    const sizeBytes = asset.sizeBytes ?? declaredSize(response.headers);
    report(0, sizeBytes);
    try {
      const module = await WebAssembly.compileStreaming(response);
      if (sizeBytes !== null) report(sizeBytes, sizeBytes);
      return module;
    } catch (cause) {
      throw noWasm(cause, url);
    }
  }
  const bytes = await readBody(response, url, { onProgress: report, sizeBytes: asset.sizeBytes });
  rejectHtml(bytes, url, part);
  return compileBytes(bytes, url);
}

/**
 * Returns the module that uses relaxed SIMD where there is one and the browser takes it, else the plain one.
 * Both give the same answers, so whatever is wrong with the first is no reason to fail.
 */
export async function compileFastest(
  plain: Asset,
  relaxed: Asset | undefined,
  report?: Report,
): Promise<WebAssembly.Module> {
  if (relaxed !== undefined && supportsRelaxedSimd()) {
    try {
      return await compile(relaxed, WASM, report);
    } catch {
      return compile(plain, WASM, report);
    }
  }
  return compile(plain, WASM, report);
}

async function compileBytes(bytes: Uint8Array<ArrayBuffer>, url?: URL): Promise<WebAssembly.Module> {
  try {
    return await WebAssembly.compile(bytes);
  } catch (cause) {
    throw noWasm(cause, url);
  }
}

function noWasm(cause: unknown, url: URL | undefined): ClassifierError {
  if (url === undefined) {
    return new ClassifierError("internal", "the given wasm is no WebAssembly that this browser compiles", {
      cause,
    });
  }
  return new ClassifierError(
    "network",
    `${url.href} is no WebAssembly, or broke off on its way; check that the file is served whole at this address`,
    { cause },
  );
}

function requireSimd(): void {
  if (supports(POPCNT)) return;
  throw new ClassifierError(
    "unsupported-browser",
    "this browser has no WebAssembly with SIMD; use Chrome or Edge 92, Firefox 114, Safari 16.4 or newer",
  );
}

/** Whether the browser validates relaxed SIMD, which came to wasm after SIMD. */
export function supportsRelaxedSimd(): boolean {
  return supports(RELAXED_SWIZZLE);
}

// i32.const 0, i8x16.splat, i8x16.popcnt
const POPCNT = [65, 0, 253, 15, 253, 98];
// i32.const 1, i8x16.splat, i32.const 2, i8x16.splat, i8x16.relaxed_swizzle
const RELAXED_SWIZZLE = [65, 1, 253, 15, 65, 2, 253, 15, 253, 128, 2];

/** Validates the shortest module with a function that returns the vector that `code` leaves. */
function supports(code: readonly number[]): boolean {
  if (typeof WebAssembly !== "object") return false;
  const magic = [0, 97, 115, 109, 1, 0, 0, 0];
  const types = [1, 5, 1, 96, 0, 1, 123]; // () -> v128
  const functions = [3, 2, 1, 0];
  const body = [0, ...code, 11];
  const bodies = [10, body.length + 2, 1, body.length, ...body];
  return WebAssembly.validate(Uint8Array.from([...magic, ...types, ...functions, ...bodies]));
}
