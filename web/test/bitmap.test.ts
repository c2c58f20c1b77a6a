import { afterEach, describe, expect, test, vi } from "vitest";

const bitmap = {} as ImageBitmap;

/** A canvas that gives back a number for each call of drawImage, in every byte. */
class Canvas {
  static made: { width: number; height: number }[] = [];
  static drawn: number[][] = [];
  static read: number[][] = [];
  constructor(width: number, height: number) {
    Canvas.made.push({ width, height });
  }
  getContext = () => ({
    canvas: Canvas.made.at(-1)!,
    drawImage: (_: unknown, ...at: number[]) => void Canvas.drawn.push(at),
    getImageData: (...region: number[]) => {
      Canvas.read.push(region);
      const [, , width, height] = region;
      return { data: new Uint8ClampedArray(4 * width! * height!).fill(Canvas.drawn.length) };
    },
  });
}

/** The canvas of a browser, which gives back what was filled, or of one that lies. */
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

/** Fresh, because what a thread's canvas can do is found out once. */
const load = async (): Promise<typeof import("../src/bitmap.js")> => {
  vi.resetModules();
  return import("../src/bitmap.js");
};

afterEach(() => vi.unstubAllGlobals());

describe("strips of a bitmap", () => {
  test("cover a region, whole rows at a time", async () => {
    vi.stubGlobal("OffscreenCanvas", Canvas);
    const { readStrips } = await load();
    const strips: [number, number][] = [];
    readStrips(bitmap, { left: 500, top: 7, width: 4000, height: 600 }, (rgba) =>
      strips.push([rgba.length, rgba[0]!]),
    );
    // 4 MiB hold 262 rows of 4000 pixels.
    expect(Canvas.made).toEqual([{ width: 4000, height: 262 }]);
    expect(Canvas.drawn).toEqual([
      [-500, -7],
      [-500, -269],
      [-500, -531],
    ]);
    expect(Canvas.read).toEqual([
      [0, 0, 4000, 262],
      [0, 0, 4000, 262],
      [0, 0, 4000, 76],
    ]);
    expect(strips).toEqual([
      [4 * 4000 * 262, 1],
      [4 * 4000 * 262, 2],
      [4 * 4000 * 76, 3],
    ]);
  });

  test("are drawn on one canvas as long as their size stays", async () => {
    vi.stubGlobal("OffscreenCanvas", Canvas);
    Canvas.made = [];
    const { readStrips } = await load();
    const read = (width: number, height: number, push = () => {}): void =>
      readStrips(bitmap, { left: 0, top: 0, width, height }, push);
    for (const size of [8, 8, 9, 9, 8]) read(size, 8);
    expect(Canvas.made.map(({ width }) => width)).toEqual([8, 9, 8]);
    const fail = (): never => {
      throw new DOMException("tainted", "SecurityError");
    };
    expect(() => read(8, 8, fail)).toThrow();
    read(8, 8);
    expect(Canvas.made.map(({ width }) => width)).toEqual([8, 9, 8, 8]);
  });

  test.each([
    [
      "another site's pixels",
      () => {
        throw new DOMException("tainted", "SecurityError");
      },
      "cors",
      /save it to your device/,
    ],
    ["a canvas too wide", () => null, "too-large", /8 wide, more than this browser can draw/],
  ])("%s", async (_, getContext, code, message) => {
    vi.stubGlobal(
      "OffscreenCanvas",
      class {
        getContext = getContext;
      },
    );
    const { readStrips } = await load();
    expect(() => readStrips(bitmap, { left: 0, top: 0, width: 8, height: 8 }, () => {})).toThrow(
      expect.objectContaining({ code, message: expect.stringMatching(message) as string }),
    );
  });
});

describe("the browser's decoder", () => {
  const bytes = Uint8Array.of(1, 2, 3);

  test("is asked for upright pixels without colour management", async () => {
    const create = vi.fn(async () => bitmap);
    vi.stubGlobal("OffscreenCanvas", painted(true));
    vi.stubGlobal("createImageBitmap", create);
    const { decodeInBrowser } = await load();
    expect(await decodeInBrowser(bytes, "image/png")).toBe(bitmap);
    const [blob, options] = create.mock.calls[0] as unknown as [Blob, ImageBitmapOptions];
    expect([blob.type, blob.size]).toEqual(["image/png", 3]);
    expect(options).toEqual({ colorSpaceConversion: "none", imageOrientation: "from-image" });
  });

  test.each([
    ["rejects the file", painted(true), () => Promise.reject(new DOMException("bad", "InvalidStateError"))],
    ["makes up the pixels", painted(false), () => Promise.resolve(bitmap)],
    ["has no canvas here", undefined, () => Promise.resolve(bitmap)],
  ])("that %s is left out", async (_, canvas, create) => {
    vi.stubGlobal("OffscreenCanvas", canvas);
    vi.stubGlobal("createImageBitmap", create);
    const { decodeInBrowser } = await load();
    expect(await decodeInBrowser(bytes, "image/png")).toBeUndefined();
  });

  test("that does not exist is left out", async () => {
    const { decodeInBrowser } = await load();
    expect(await decodeInBrowser(bytes, "image/png")).toBeUndefined();
  });
});
