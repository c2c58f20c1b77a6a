import { runInNewContext } from "node:vm";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";

import { type ClassifierInput, fetchPicture, MAX_BYTES, readInput } from "../src/inputs.js";
import { serve } from "./fixtures.js";

const encoded = async (input: ClassifierInput): Promise<number[]> => {
  const picture = await readInput(input);
  if (picture.kind !== "encoded") throw new Error(picture.kind);
  return [...picture.bytes];
};

describe("encoded pictures", () => {
  test.each<[string, ClassifierInput]>([
    ["ArrayBuffer", Uint8Array.of(1, 2, 3).buffer],
    ["typed array", Uint8Array.of(1, 2, 3)],
    ["a view into a longer buffer", Uint8Array.of(0, 1, 2, 3, 4).subarray(1, 4)],
    ["DataView", new DataView(Uint8Array.of(9, 1, 2, 3).buffer, 1)],
    ["Node's Buffer", Buffer.from([1, 2, 3])],
    ["Blob", new Blob([Uint8Array.of(1, 2, 3)])],
    ["File", new File([Uint8Array.of(1, 2, 3)], "a.png")],
    ["data: address", "data:image/png;base64,AQID"],
  ])("%s", async (_, input) => {
    expect(await encoded(input)).toEqual([1, 2, 3]);
  });

  test("the caller's buffer is copied, not taken", async () => {
    const bytes = Uint8Array.of(1, 2, 3);
    const reading = readInput(bytes);
    bytes[0] = 9;
    expect(await reading).toEqual({ kind: "encoded", bytes: Uint8Array.of(1, 2, 3) });
    expect([...bytes]).toEqual([9, 2, 3]);
  });

  test("a file above the limit is not read", async () => {
    const blob = new Blob(["x"]);
    Object.defineProperty(blob, "size", { value: MAX_BYTES + 1 });
    const reading = vi.spyOn(blob, "arrayBuffer");
    await expect(readInput(blob)).rejects.toMatchObject({ code: "too-large" });
    expect(reading).not.toHaveBeenCalled();
    await expect(readInput(new Uint8Array(MAX_BYTES + 1))).rejects.toMatchObject({ code: "too-large" });
  });
});

describe("pixels", () => {
  const pixels = { width: 1, height: 2, data: Uint8ClampedArray.of(1, 2, 3, 255, 4, 5, 6, 255) };

  test("are copied with their size", async () => {
    const expected = { kind: "pixels", pixels: structuredClone(pixels) };
    const reading = readInput(pixels);
    pixels.data[0] = 9;
    expect(await reading).toEqual(expected);
  });

  test.each([[42], [null], [undefined], [{}], [{ data: [1, 2, 3, 4], width: 1, height: 1 }], [true]])(
    "%j is refused",
    async (input) => {
      await expect(readInput(input as never)).rejects.toMatchObject({
        name: "ClassifierError",
        code: "internal",
      });
    },
  );
});

describe("addresses", () => {
  let site: Awaited<ReturnType<typeof serve>>;
  const requests: string[] = [];

  beforeAll(async () => {
    site = await serve((request, response) => {
      requests.push(`${request.method} ${request.url}`);
      switch (request.url) {
        case "/picture":
          response.end(Uint8Array.of(1, 2, 3));
          break;
        case "/large":
          response.writeHead(200, { "content-length": String(MAX_BYTES + 1) });
          response.write("x");
          break;
        case "/endless": {
          const block = Buffer.alloc(1 << 20);
          const send = (): void => {
            while (!response.destroyed && response.write(block));
          };
          response.on("drain", send);
          send();
          break;
        }
        case "/broken":
          response.writeHead(200, { "content-length": "100" });
          response.write("abc", () => response.destroy());
          break;
        case "/silent":
          break;
        default:
          response.writeHead(404, "Not Found").end("no");
      }
    });
  });
  afterAll(() => site.close());

  test("are fetched, once", async () => {
    const url = new URL("picture", site.url);
    expect(await encoded(url)).toEqual([1, 2, 3]);
    expect(await encoded(url.href)).toEqual([1, 2, 3]);
    expect([...(await fetchPicture(url))]).toEqual([1, 2, 3]);
    expect(requests.filter((request) => request.endsWith("/picture"))).toEqual(Array(3).fill("GET /picture"));
  });

  test.each([
    ["missing", "network", /missing answered 404 Not Found/],
    ["large", "too-large", /expected at most 67108864 bytes, found 67108865/],
    ["endless", "too-large", /expected at most 67108864 bytes/],
    ["broken", "network", /broke off after 3 bytes/],
  ])("%s: %s", async (path, code, message) => {
    await expect(readInput(new URL(path, site.url))).rejects.toMatchObject({
      name: "ClassifierError",
      code,
      message: expect.stringMatching(message) as string,
    });
  });

  test("a dead server", async () => {
    const gone = await serve(() => {});
    await gone.close();
    await expect(readInput(gone.url)).rejects.toMatchObject({
      code: "network",
      message: expect.stringContaining(gone.url.href) as string,
    });
  });

  test("abort before and during the request", async () => {
    await expect(readInput(site.url, AbortSignal.abort("no"))).rejects.toMatchObject({
      code: "aborted",
      cause: "no",
    });
    const controller = new AbortController();
    const reading = readInput(new URL("silent", site.url), controller.signal);
    setTimeout(() => controller.abort("enough"), 20);
    await expect(reading).rejects.toMatchObject({ code: "aborted", cause: "enough" });
  });

  describe("of another site, from a page", () => {
    const picture = "https://pictures.example/cat.jpg";
    const requested: (RequestInit & { url: string })[] = [];
    // What browsers do: a refusal by CORS and a dead network look alike, and only no-cors tells.
    const stub = (reachable: boolean): void => {
      requested.length = 0;
      vi.stubGlobal("location", { origin: "https://page.example", href: "https://page.example/" });
      vi.stubGlobal("fetch", async (url: URL, init: RequestInit) => {
        requested.push({ url: url.href, ...init });
        if (init.mode === "no-cors" && reachable) return new Response(null);
        throw new TypeError("Failed to fetch");
      });
    };
    afterEach(() => vi.unstubAllGlobals());

    test("that forbids reading it", async () => {
      stub(true);
      await expect(readInput(picture)).rejects.toMatchObject({
        code: "cors",
        message: expect.stringMatching(
          /pictures\.example does not let .* save the file to your device/,
        ) as string,
      });
      expect(requested.map(({ url }) => url)).toEqual([picture, picture]);
    });

    test("that cannot be reached", async () => {
      stub(false);
      await expect(readInput(picture)).rejects.toMatchObject({ code: "network" });
    });

    test("the page's own site is not asked twice", async () => {
      stub(true);
      await expect(readInput("/cat.jpg")).rejects.toMatchObject({ code: "network" });
      expect(requested.map(({ url }) => url)).toEqual(["https://page.example/cat.jpg"]);
    });
  });

  test("a relative address outside a page", async () => {
    await expect(readInput("pictures/cat.jpg")).rejects.toMatchObject({
      code: "internal",
      message: expect.stringContaining("pathToFileURL") as string,
    });
  });

  test("a file", async () => {
    const bytes = await encoded(new URL("../package.json", import.meta.url));
    expect(Buffer.from(bytes).toString()).toContain('"name": "wideye"');
    await expect(readInput(new URL("./no-such-file", import.meta.url))).rejects.toMatchObject({
      code: "network",
    });
  });
});

test("what another frame made is taken too", async () => {
  const [buffer, pixels] = runInNewContext(
    "[new Uint8Array([1, 2]).buffer, { width: 1, height: 1, data: new Uint8ClampedArray(4) }]",
  ) as [ArrayBuffer, ImageData];
  expect(await readInput(buffer)).toEqual({ kind: "encoded", bytes: Uint8Array.of(1, 2) });
  expect(await readInput(pixels)).toMatchObject({ kind: "pixels", pixels: { width: 1, height: 1 } });
});

describe("what only browsers have", () => {
  const fake = (kind: string, properties: object): never =>
    Object.defineProperty({ ...properties }, Symbol.toStringTag, { value: kind }) as never;

  test("elements, frames and bitmaps become bitmaps of their own", async () => {
    const bitmap = fake("ImageBitmap", {});
    const create = vi.fn(async () => bitmap);
    vi.stubGlobal("createImageBitmap", create);
    try {
      for (const input of [
        fake("HTMLCanvasElement", {}),
        fake("OffscreenCanvas", {}),
        fake("ImageBitmap", {}),
        fake("VideoFrame", {}),
        fake("HTMLImageElement", { decode: async () => undefined }),
        fake("HTMLVideoElement", { readyState: 2, HAVE_CURRENT_DATA: 2 }),
      ]) {
        expect(await readInput(input)).toEqual({ kind: "bitmap", bitmap });
        expect(create).toHaveBeenLastCalledWith(input, { colorSpaceConversion: "none" });
      }
    } finally {
      vi.unstubAllGlobals();
    }
  });

  test("an image that is complete is taken as it is", async () => {
    const bitmap = fake("ImageBitmap", {});
    vi.stubGlobal("createImageBitmap", async () => bitmap);
    const decode = vi.fn();
    try {
      const image = fake("HTMLImageElement", { complete: true, naturalWidth: 3, decode });
      expect(await readInput(image)).toEqual({ kind: "bitmap", bitmap });
      expect(decode).not.toHaveBeenCalled();
    } finally {
      vi.unstubAllGlobals();
    }
  });

  test("an image whose server is silent is waited for until the call is aborted", async () => {
    const controller = new AbortController();
    const image = fake("HTMLImageElement", { decode: () => new Promise(() => {}) });
    const reading = readInput(image, controller.signal);
    controller.abort("enough");
    await expect(reading).rejects.toMatchObject({ code: "aborted", cause: "enough" });
  });

  test.each([
    [
      "an image that failed to load",
      fake("HTMLImageElement", { decode: () => Promise.reject(new Error("EncodingError")) }),
    ],
    ["a video without a frame", fake("HTMLVideoElement", { readyState: 1, HAVE_CURRENT_DATA: 2 })],
  ])("%s is no picture", async (_, input) => {
    await expect(readInput(input)).rejects.toMatchObject({ code: "not-an-image" });
  });
});
