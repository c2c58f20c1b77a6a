import { setFlagsFromString } from "node:v8";
import { gzipSync } from "node:zlib";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";

import { compile, compileFastest, supportsRelaxedSimd } from "../src/compile.js";
import { WASM } from "../src/download.js";
import { serve } from "./fixtures.js";

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

  test("what the caller gives in place of one is the caller's mistake", async () => {
    stub({ simd: true, relaxed: false });
    await expect(compileFastest({ bytes: Uint8Array.of(1, 2, 3) }, undefined)).rejects.toMatchObject({
      code: "internal",
    });
  });

  test("none is taken where there is no SIMD", async () => {
    stub({ simd: false, relaxed: false });
    await expect(compileFastest(plain, relaxed)).rejects.toMatchObject({ code: "unsupported-browser" });
  });
});

describe("the progress of a download", () => {
  // Long enough that its compressed size is another.
  const bytes = named("a".repeat(100));
  let site: Awaited<ReturnType<typeof serve>>;
  const asked: string[] = [];

  beforeAll(async () => {
    site = await serve(({ url }, response) => {
      asked.push(url!);
      const [type, how] = url!.slice(1).split("/");
      const compressed = gzipSync(bytes);
      const headers = {
        "content-type":
          type === "wasm"
            ? "application/wasm"
            : type === "odd"
              ? "application/wasm; charset=utf-8"
              : "application/octet-stream",
      };
      if (how === "missing") response.writeHead(404).end();
      else if (how === "cut") response.writeHead(200, headers).end(bytes.subarray(0, 20));
      else if (how === "gzip") {
        const encoding = { "content-encoding": "gzip", "content-length": String(compressed.length) };
        response.writeHead(200, { ...headers, ...encoding }).end(compressed);
      } else if (how === "plain") {
        response.writeHead(200, { ...headers, "content-length": String(bytes.length) }).end(bytes);
      } else {
        response.writeHead(200, headers);
        response.write(bytes.subarray(0, 20));
        setTimeout(() => response.end(bytes.subarray(20)), 20);
      }
    });
  });
  afterAll(() => site.close());

  const progressOf = async (path: string, sizeBytes?: number): Promise<[number, number | null][]> => {
    const steps: [number, number | null][] = [];
    const asset = { url: new URL(path, site.url).href, ...(sizeBytes !== undefined && { sizeBytes }) };
    await compile(asset, WASM, (loaded, total) => steps.push([loaded, total]));
    return steps;
  };

  test.each(["wasm/gzip", "wasm/chunked", "wasm/plain", "odd/plain", "other/gzip", "other/chunked"])(
    "of %s has the total that is known beforehand",
    async (path) => {
      const steps = await progressOf(path, bytes.length);
      expect(new Set(steps.map(([, total]) => total))).toEqual(new Set([bytes.length]));
      expect(steps.at(0)![0]).toBe(0);
      expect(steps.at(-1)![0]).toBe(bytes.length);
    },
  );

  test.each([
    ["wasm/plain", bytes.length],
    ["other/plain", bytes.length],
    ["wasm/gzip", null],
    ["other/gzip", null],
    ["other/chunked", null],
  ])("of %s without it has what the server says of the bytes that arrive", async (path, total) => {
    const steps = await progressOf(path);
    expect(new Set(steps.map(([, total]) => total))).toEqual(new Set([total]));
  });

  test.each(["wasm/cut", "odd/cut", "other/cut"])("of %s ends with its address", async (path) => {
    await expect(progressOf(path)).rejects.toMatchObject({
      code: "network",
      message: `${new URL(path, site.url).href} is no WebAssembly, or broke off on its way; check that the file is served whole at this address`,
    });
  });

  test("starts again with the plain module where the relaxed one is missing, and asks for each once", async () => {
    vi.spyOn(WebAssembly, "validate").mockReturnValue(true);
    asked.length = 0;
    const steps: [number, number | null][] = [];
    const at = (path: string, sizeBytes: number) => ({ url: new URL(path, site.url).href, sizeBytes });
    const report = (loaded: number, total: number | null): void => void steps.push([loaded, total]);
    await compileFastest(at("wasm/gzip", bytes.length), at("wasm/missing", 5), report);
    expect(asked).toEqual(["/wasm/missing", "/wasm/gzip"]);
    expect(steps.at(0)).toEqual([0, 5]);
    expect(steps.at(-1)).toEqual([bytes.length, bytes.length]);
  });
});
