import type { Pixels } from "./classification.js";
import { open, readBody, resolveUrl, tooLarge } from "./download.js";
import { abortedError, ClassifierError, throwIfAborted, unlessAborted } from "./errors.js";
import { kindOf } from "./kind.js";

/**
 * What can be classified.
 *
 * An address is fetched, a `Blob` or buffer holds an encoded picture, `ImageData` (or an object of its
 * shape) holds pixels. Elements and frames are taken at their natural size. Outside browsers, addresses,
 * blobs, buffers and pixels work.
 */
export type ClassifierInput =
  | string
  | URL
  | Blob
  | ArrayBuffer
  | ArrayBufferView<ArrayBuffer>
  | ImageData
  | Pixels
  | HTMLImageElement
  | HTMLCanvasElement
  | OffscreenCanvas
  | HTMLVideoElement
  | ImageBitmap
  | VideoFrame;

/** An input on its way to the engine. */
export type Picture =
  | { readonly kind: "encoded"; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly kind: "pixels"; readonly pixels: Pixels }
  | { readonly kind: "bitmap"; readonly bitmap: ImageBitmap };

/** Most bytes that an encoded picture may have: 64 MiB, as in the engine. */
export const MAX_BYTES = 64 * 1024 * 1024;

/** Reads whatever the caller gave; buffers and bitmaps of the caller stay the caller's. */
export async function readInput(input: ClassifierInput, signal?: AbortSignal): Promise<Picture> {
  throwIfAborted(signal);
  if (typeof input === "string") return encoded(await fetchPicture(input, signal));
  if (ArrayBuffer.isView(input))
    return copied(new Uint8Array(input.buffer, input.byteOffset, input.byteLength));
  switch (kindOf(input)) {
    case "URL":
      return encoded(await fetchPicture(input as URL, signal));
    case "ArrayBuffer":
      return copied(new Uint8Array(input as ArrayBuffer));
    case "Blob":
    case "File":
      return readBlob(input as Blob, signal);
    case "HTMLImageElement":
      return readImage(input as HTMLImageElement, signal);
    case "HTMLVideoElement":
      return readVideo(input as HTMLVideoElement, signal);
    case "HTMLCanvasElement":
    case "OffscreenCanvas":
    case "ImageBitmap":
    case "VideoFrame":
      return readBitmap(input as ImageBitmapSource, signal);
  }
  if (isPixels(input)) {
    const data = new Uint8ClampedArray(input.data);
    const pixels = { width: input.width, height: input.height, data };
    return { kind: "pixels", pixels };
  }
  throw new ClassifierError(
    "internal",
    `expected an address, a file, a buffer, pixels or an image element, found ${kindOf(input)}`,
  );
}

/**
 * Returns the encoded picture at an address, for callers that show or keep what they classify.
 *
 * Rejects with a {@link ClassifierError}: `cors`, `network`, `too-large` or `aborted`.
 */
export async function fetchPicture(
  address: string | URL,
  signal?: AbortSignal,
): Promise<Uint8Array<ArrayBuffer>> {
  const url = resolveUrl(address);
  return readBody(await open(url, { signal }), url, { signal, maxBytes: MAX_BYTES });
}

/** The error for pictures whose pixels the browser shows but does not hand out. */
export function tainted(cause: unknown): ClassifierError {
  return new ClassifierError(
    "cors",
    'the picture comes from another site, which does not let this page read it; save it to your device and use the saved copy, or load it with crossorigin="anonymous" where its server allows that',
    { cause },
  );
}

async function readBlob(blob: Blob, signal?: AbortSignal): Promise<Picture> {
  if (blob.size > MAX_BYTES) throw tooLarge(blob.size, MAX_BYTES);
  let buffer: ArrayBuffer;
  try {
    buffer = await unlessAborted(blob.arrayBuffer(), signal);
  } catch (cause) {
    if (signal?.aborted) throw abortedError(signal);
    throw new ClassifierError("network", "the file could not be read; choose it again", { cause });
  }
  throwIfAborted(signal);
  return encoded(new Uint8Array(buffer));
}

async function readImage(image: HTMLImageElement, signal?: AbortSignal): Promise<Picture> {
  try {
    // What is complete is taken as it is now, whatever its address becomes.
    if (!image.complete || image.naturalWidth === 0) await unlessAborted(image.decode(), signal);
  } catch (cause) {
    if (signal?.aborted) throw abortedError(signal);
    throw new ClassifierError("not-an-image", "the image element shows no picture", { cause });
  }
  return readBitmap(image, signal);
}

async function readVideo(video: HTMLVideoElement, signal?: AbortSignal): Promise<Picture> {
  if (video.readyState < video.HAVE_CURRENT_DATA) {
    throw new ClassifierError("not-an-image", "the video has no frame yet; wait for its loadeddata event");
  }
  return readBitmap(video, signal);
}

async function readBitmap(source: ImageBitmapSource, signal?: AbortSignal): Promise<Picture> {
  let bitmap: ImageBitmap;
  try {
    bitmap = await createImageBitmap(source, { colorSpaceConversion: "none" });
  } catch (cause) {
    if (signal?.aborted) throw abortedError(signal);
    if ((cause as Error).name === "SecurityError") throw tainted(cause);
    throw new ClassifierError("not-an-image", `the ${kindOf(source)} holds no picture`, { cause });
  }
  return { kind: "bitmap", bitmap };
}

function encoded(bytes: Uint8Array<ArrayBuffer>): Picture {
  return { kind: "encoded", bytes };
}

function copied(bytes: Uint8Array<ArrayBuffer>): Picture {
  if (bytes.length > MAX_BYTES) throw tooLarge(bytes.length, MAX_BYTES);
  return encoded(bytes.slice());
}

function isPixels(input: unknown): input is Pixels {
  if (typeof input !== "object" || input === null) return false;
  const { data, width, height } = input as { data?: unknown; width?: unknown; height?: unknown };
  return (
    ["Uint8ClampedArray", "Uint8Array"].includes(kindOf(data)) &&
    typeof width === "number" &&
    typeof height === "number"
  );
}
