import { setFlagsFromString } from "node:v8";
import { afterEach, describe, expect, test, vi } from "vitest";

import { compileFastest, supportsRelaxedSimd } from "../src/compile.js";

/** A module that exports nothing but a memory of this name. */
const named = (name: string): Uint8Array<ArrayBuffer> => {
  const text = new TextEncoder().encode(name);
  return Uint8Array.of(
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...[5, 3, 1, 0, 1], // one memory of a page
    ...[7, text.length + 4, 1, text.length, ...text, 2, 0], // exported
  );
};
const exported = (module: WebAssembly.Module): string[] =>
  WebAssembly.Module.exports(module).map(({ name }) => name);

const plain = { bytes: named("plain") };
const relaxed = { bytes: named("relaxed") };

afterEach(() => vi.restoreAllMocks());

test("relaxed SIMD is found where there is some", () => {
  // Node 20 has it behind a flag, later ones by default.
  setFlagsFromString("--experimental-wasm-relaxed-simd");
  expect(supportsRelaxedSimd()).toBe(true);
});

describe("of two modules", () => {
  const stub = (features: { simd: boolean; relaxed: boolean }): void => {
    vi.spyOn(WebAssembly, "validate").mockImplementation((bytes) =>
      // i8x16.popcnt and i8x16.relaxed_swizzle, before the final end
      (bytes as Uint8Array).at(-2) === 98 ? features.simd : features.relaxed,
    );
  };

  test("the relaxed one is taken where the browser has relaxed SIMD", async () => {
    stub({ simd: true, relaxed: true });
    expect(exported(await compileFastest(plain, relaxed))).toEqual(["relaxed"]);
  });

  test("the plain one is taken where it has not", async () => {
    stub({ simd: true, relaxed: false });
    expect(exported(await compileFastest(plain, relaxed))).toEqual(["plain"]);
  });

  test("the plain one is taken where the relaxed one cannot be had", async () => {
    stub({ simd: true, relaxed: true });
    const missing = { url: new URL("no-such.wasm", import.meta.url).href };
    for (const bad of [{ bytes: Uint8Array.of(1, 2, 3) }, missing]) {
      expect(exported(await compileFastest(plain, bad))).toEqual(["plain"]);
    }
  });

  test("the caller's own is taken as it is", async () => {
    stub({ simd: true, relaxed: true });
    expect(exported(await compileFastest(plain, undefined))).toEqual(["plain"]);
  });

  test("none is taken where there is no SIMD", async () => {
    stub({ simd: false, relaxed: false });
    await expect(compileFastest(plain, relaxed)).rejects.toMatchObject({ code: "unsupported-browser" });
  });
});
