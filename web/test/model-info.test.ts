import { afterEach, describe, expect, test, vi } from "vitest";

import { describe as describeModel, hash, type Said } from "../src/model-info.js";

const said = (provenance: unknown): Said => ({
  labels: ["cat", "dog"],
  superclasses: [],
  superclassOf: [],
  inputWidth: 32,
  inputHeight: 32,
  activationMaps: true,
  temperature: 1,
  knownThreshold: null,
  simd: "simd128",
  provenance,
});

afterEach(() => vi.unstubAllGlobals());

describe("the description of a model", () => {
  test.each([
    [{ validation: { top1: 0.5, top5: 0.75 }, date: "2026-11-23" }, { top1: 0.5, top5: 0.75 }, "2026-11-23"],
    [{ validation: { top1: "high", top5: 0.75 }, date: 2026 }, null, null],
    [{ validation: null }, null, null],
    ["by hand", null, null],
    [[], null, null],
    [null, null, null],
  ])("of provenance %j", (provenance, accuracy, date) => {
    expect(describeModel(said(provenance), "pets", 7, "ab")).toEqual({
      ...said(provenance),
      name: "pets",
      sizeBytes: 7,
      sha256: "ab",
      classes: 2,
      accuracy,
      date,
    });
  });
});

describe("the hash of a file", () => {
  test("is SHA-256 in hexadecimal", async () => {
    // FIPS 180-2, appendix B.1.
    expect(await hash(new TextEncoder().encode("abc"))).toBe(
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    );
  });

  test.each([{}, undefined])("is null where the page has %j as crypto", async (crypto) => {
    vi.stubGlobal("crypto", crypto);
    expect(await hash(Uint8Array.of(1))).toBeNull();
  });
});
