import { ClassifierError } from "./errors.js";
import { tainted } from "./inputs.js";

/** A part of a picture, in pixels. */
export interface Region {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Large enough for the resize to run at full speed, small enough to stay in the processor's cache. */
const STRIP_BYTES = 4 * 1024 * 1024;

/**
 * Returns what the browser makes of an encoded picture, upright and without colour management, or undefined
 * where it cannot, or does not let its pixels be read.
 */
export async function decodeInBrowser(
  bytes: Uint8Array<ArrayBuffer>,
  type: string,
): Promise<ImageBitmap | undefined> {
  if (!canReadPixels()) return undefined;
  try {
    return await createImageBitmap(new Blob([bytes], { type }), {
      colorSpaceConversion: "none",
      imageOrientation: "from-image",
    });
  } catch {
    return undefined;
  }
}

/**
 * Hands over the RGBA rows of a region, a strip of whole rows at a time.
 *
 * A canvas of the bitmap's size would cost as much as decoding it.
 */
export function readStrips(
  bitmap: ImageBitmap,
  { left, top, width, height }: Region,
  push: (rgba: Uint8ClampedArray<ArrayBuffer>) => void,
): void {
  try {
    const stripHeight = Math.min(height, Math.max(1, Math.floor(STRIP_BYTES / (4 * width))));
    const context = stripContext(width, stripHeight);
    for (let y = 0; y < height; y += stripHeight) {
      context.drawImage(bitmap, -left, -(top + y));
      const rows = Math.min(stripHeight, height - y);
      push(context.getImageData(0, 0, width, rows).data as Uint8ClampedArray<ArrayBuffer>);
    }
  } catch (error) {
    // A canvas on which another site's pixels have been is never readable again.
    kept = undefined;
    if ((error as Error).name === "SecurityError") throw tainted(error);
    throw error;
  }
}

let kept: OffscreenCanvasRenderingContext2D | undefined;

/** One canvas serves all pictures of a size: a camera's frames would spend more on new ones than on their pixels. */
function stripContext(width: number, height: number): OffscreenCanvasRenderingContext2D {
  if (kept?.canvas.width !== width || kept.canvas.height !== height) {
    kept = contextOf(width, height);
    // Nothing of what was drawn before shows through a transparent picture.
    kept.globalCompositeOperation = "copy";
  }
  return kept;
}

function contextOf(width: number, height: number): OffscreenCanvasRenderingContext2D {
  const context = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
  if (context !== null) return context;
  throw new ClassifierError("too-large", `the picture is ${width} wide, more than this browser can draw`);
}

let readsPixels: boolean | undefined;

/** Whether a canvas gives back what is drawn; browsers that fight fingerprinting make something up. */
function canReadPixels(): boolean {
  if (typeof createImageBitmap !== "function" || typeof OffscreenCanvas !== "function") return false;
  readsPixels ??= readsBack();
  return readsPixels;
}

/** Throws where the browser gives pages other pixels than those of a bitmap. */
export function requirePixels(): void {
  if (canReadPixels()) return;
  throw new ClassifierError(
    "unsupported-browser",
    "this browser keeps a picture's pixels from pages; give the picture's file or address instead",
  );
}

function readsBack(): boolean {
  const drawn = [16, 200, 90, 255, 240, 30, 120, 255];
  try {
    const context = contextOf(2, 1);
    for (const x of [0, 1]) {
      context.fillStyle = `rgb(${drawn.slice(4 * x, 4 * x + 3).join(" ")})`;
      context.fillRect(x, 0, 1, 1);
    }
    const { data } = context.getImageData(0, 0, 2, 1);
    return drawn.every((value, i) => data[i] === value);
  } catch {
    return false;
  }
}
