import { vi } from "vitest";
import type { Classification } from "wideye";

/** Returns an answer that says these things, and of all else as little as it may. */
export function classification(says: Partial<Classification> = {}): Classification {
  return {
    predictions: [],
    superclasses: [],
    known: null,
    width: 3,
    height: 2,
    timings: { decodeMs: 1, resizeMs: 1, inferMs: 1 },
    ...says,
  };
}

/** Gives the environment the browsers' `ImageData`, until `vi.unstubAllGlobals`. */
export function stubImageData(): void {
  vi.stubGlobal(
    "ImageData",
    class {
      constructor(
        readonly data: Uint8ClampedArray,
        readonly width: number,
        readonly height: number,
      ) {}
    },
  );
}
