import type { Accuracy, ModelInfo } from "./classification.js";

/** What the wasm code reads from the file. */
export type Said = Omit<ModelInfo, "name" | "sizeBytes" | "sha256" | "classes" | "accuracy" | "date">;

/** Returns all that is known of a model. */
export function describe(said: Said, name: string, sizeBytes: number, sha256: string | null): ModelInfo {
  const { accuracy, date } = readProvenance(said.provenance);
  return { name, sizeBytes, sha256, classes: said.labels.length, ...said, accuracy, date };
}

/** Returns the SHA-256 in hexadecimal, or null where the browser computes none. */
export async function hash(bytes: Uint8Array<ArrayBuffer>): Promise<string | null> {
  const subtle = globalThis.crypto?.subtle as SubtleCrypto | undefined;
  if (subtle === undefined) return null;
  const digest = new Uint8Array(await subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Files of other makers may say anything here. */
function readProvenance(provenance: unknown): Pick<ModelInfo, "accuracy" | "date"> {
  const { validation, date } = (provenance ?? {}) as {
    validation?: Partial<Accuracy> | null;
    date?: unknown;
  };
  const { top1, top5 } = validation ?? {};
  const measured = typeof top1 === "number" && typeof top5 === "number";
  return {
    accuracy: measured ? { top1, top5 } : null,
    date: typeof date === "string" ? date : null,
  };
}
