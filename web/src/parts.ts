import type { Asset, LoadRequest } from "./protocol.js";
import type { Start } from "./start.js";

/** What a build of this package brings with it, each asked for only where the caller gives nothing else. */
export interface Parts {
  wasm(): Promise<Pick<LoadRequest, "wasm" | "relaxedWasm">>;
  decoder(): Promise<Asset>;
  model(): Promise<{ readonly asset: Asset; readonly name: string }>;
  /** Returns what starts a worker here, or undefined where the calling thread has to do. */
  worker(): Promise<Start | undefined>;
}
