import { afterEach, describe, expect, it, vi } from "vitest";

import { languages } from "../src/words/languages.js";

/** The canvas of a browser, which gives back what was filled, or of one that makes something up. */
const painted = (honest: boolean) =>
  class {
    getContext = () => {
      const data: number[] = [];
      return {
        fillStyle: "",
        fillRect(): void {
          const rgb = this.fillStyle.match(/\d+/g)!.map(Number);
          data.push(...(honest ? rgb : [255, 255, 255]), 255);
        },
        getImageData: () => ({ data }),
      };
    };
  };

afterEach(() => vi.unstubAllGlobals());

describe("a canvas", () => {
  it.each([
    ["gives back what is drawn", painted(true), true],
    ["makes up its pixels", painted(false), false],
    ["is not there", undefined, false],
  ])("that %s", async (_, canvas, readable) => {
    vi.resetModules();
    vi.stubGlobal("OffscreenCanvas", canvas);
    const { canReadPixels, requirePixels } = await import("../src/picture/readback.js");
    expect(canReadPixels()).toBe(readable);
    if (readable) {
      requirePixels();
      return;
    }
    expect(requirePixels).toThrow(expect.objectContaining({ code: "hidden-pixels" }));
    for (const { problems } of Object.values(languages)) expect(problems).toHaveProperty("hidden-pixels");
  });
});
