import { gzipSync } from "node:zlib";

import { afterEach, describe, expect, test, vi } from "vitest";

import { unpack } from "../src/unpack.js";

const packed = (bytes: Uint8Array): string => gzipSync(bytes).toString("base64");
/** Every byte value, and more than one chunk of a stream. */
const bytes = Uint8Array.from({ length: 300_001 }, (_, i) => (i * i + (i >> 8)) % 256);

afterEach(() => vi.unstubAllGlobals());

describe("unpack", () => {
  test.each([0, 1, 2, 3, 300_001])("returns %i bytes as they were", async (length) => {
    const part = bytes.subarray(0, length);
    expect(Buffer.compare(await unpack(packed(part)), part)).toBe(0);
  });

  test.each([
    ["is cut", packed(bytes).slice(0, 4000)],
    ["is changed", packed(bytes).replace(/.{8}$/, "AAAAAAAA")],
    ["is no base64", "<!doctype html>"],
  ])("says so when the text %s", async (_, text) => {
    await expect(unpack(text)).rejects.toMatchObject({
      code: "internal",
      message: expect.stringContaining("damaged"),
    });
  });

  test("says which browsers can", async () => {
    vi.stubGlobal("DecompressionStream", undefined);
    await expect(unpack(packed(bytes))).rejects.toMatchObject({
      code: "unsupported-browser",
      message: expect.stringContaining("Firefox 113"),
    });
  });
});
