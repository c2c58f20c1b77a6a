import { readFile } from "node:fs/promises";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { expect } from "vitest";

import type { Pixels } from "../src/classification.js";

export const wasmFile = new URL("../wasm/wideye.wasm", import.meta.url);
export const decoderFile = new URL("../wasm/decoder.wasm", import.meta.url);
export const modelFile = (name: string): URL =>
  new URL(`../../tests/fixtures/models/${name}.onnx`, import.meta.url);

export const read = async (file: URL): Promise<Uint8Array<ArrayBuffer>> =>
  new Uint8Array(await readFile(fileURLToPath(file)));

/** The i-th picture of the formula that tests/fixtures/models/make.py gives onnxruntime. */
export function formulaPicture(i: number, width = 32, height = 32): Pixels {
  const data = new Uint8ClampedArray(width * height * 4);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const rgba = [
        (7 * x + 3 * y + 31 * i) % 256,
        (5 * y + x * x + 17 * i) % 256,
        (11 * x + 2 * y * y + 5 * i) % 256,
        255,
      ];
      data.set(rgba, 4 * (y * width + x));
    }
  }
  return { width, height, data };
}

/** Returns onnxruntime's answers for the formula's pictures. */
export async function expectedOf(
  name: string,
): Promise<{ logits: number[][]; activation_maps_shape: number[] }> {
  const file = new URL(`../../tests/fixtures/models/${name}.json`, import.meta.url);
  return JSON.parse(await readFile(fileURLToPath(file), "utf8")) as never;
}

/** Encodes opaque pixels as a 24-bit BMP, whose rows run from the bottom up, padded to four bytes. */
export function encodeBmp({ width, height, data }: Pixels): Uint8Array<ArrayBuffer> {
  const stride = Math.ceil((3 * width) / 4) * 4;
  const bytes = new Uint8Array(54 + stride * height);
  const view = new DataView(bytes.buffer);
  bytes.set([0x42, 0x4d]);
  view.setUint32(2, bytes.length, true);
  view.setUint32(10, 54, true);
  view.setUint32(14, 40, true);
  view.setInt32(18, width, true);
  view.setInt32(22, height, true);
  view.setUint16(26, 1, true);
  view.setUint16(28, 24, true);
  view.setUint32(34, stride * height, true);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const from = 4 * (y * width + x);
      const bgr = [data[from + 2]!, data[from + 1]!, data[from]!];
      bytes.set(bgr, 54 + stride * (height - 1 - y) + 3 * x);
    }
  }
  return bytes;
}

/** Serves until `close`; `url` ends with a slash. */
export async function serve(listener: RequestListener): Promise<{ url: URL; close(): Promise<void> }> {
  const server: Server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: new URL(`http://127.0.0.1:${port}/`),
    close: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

/** Matches a ClassifierError. */
export const code = (code: string, message: RegExp = /./): unknown =>
  expect.objectContaining({
    name: "ClassifierError",
    code,
    message: expect.stringMatching(message) as string,
  });

/** A buffer whose bytes have gone elsewhere. */
export function detached(): ArrayBuffer {
  const buffer = new ArrayBuffer(8);
  structuredClone(buffer, { transfer: [buffer] });
  return buffer;
}
