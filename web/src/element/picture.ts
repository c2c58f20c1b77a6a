import { type Classification, type Fit, heatmap } from "../index.js";

/** Most pixels on the longer side of the picture that is shown. */
const SHOWN_SIDE = 1024;
/** Pixels on the longer side of the map over it. */
const MAP_SIDE = 512;
/** What lies over the part of the picture that the network does not see. */
const UNSEEN = "rgb(0 0 0 / 0.5)";

/**
 * Draws a picture, upright, into a canvas: unlike an image element it needs no `blob:` in the page's policy.
 *
 * Returns whether the browser can decode it; an overtaken call draws nothing.
 */
export async function drawPicture(
  canvas: HTMLCanvasElement,
  bytes: Blob,
  signal: AbortSignal,
): Promise<boolean> {
  let bitmap: ImageBitmap;
  try {
    bitmap = await createImageBitmap(bytes);
  } catch {
    return false;
  }
  const { width, height } = bitmap;
  if (!signal.aborted) {
    const scale = Math.min(1, SHOWN_SIDE / Math.max(width, height));
    canvas.width = Math.max(1, Math.round(width * scale));
    canvas.height = Math.max(1, Math.round(height * scale));
    const context = canvas.getContext("2d")!;
    context.imageSmoothingQuality = "high";
    context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  }
  bitmap.close();
  return true;
}

/** Draws a class's map into a canvas that lies over the canvas of the picture and has its proportions. */
export function drawHeatmap(
  canvas: HTMLCanvasElement,
  picture: HTMLCanvasElement,
  result: Classification,
  index: number,
  fit: Fit,
): void {
  const scale = MAP_SIDE / Math.max(picture.width, picture.height);
  const width = Math.max(1, Math.round(picture.width * scale));
  const height = Math.max(1, Math.round(picture.height * scale));
  const seen = seenSize(width, height, fit);
  const image = heatmap(result, index, seen);
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext("2d")!;
  context.fillStyle = UNSEEN;
  context.fillRect(0, 0, width, height);
  context.putImageData(image, Math.round((width - seen.width) / 2), Math.round((height - seen.height) / 2));
}

/** The size of what the network saw, centred on a picture of this size. */
export function seenSize(width: number, height: number, fit: Fit): { width: number; height: number } {
  if (fit === "fill") return { width, height };
  const side = fit === "cover" ? Math.min(width, height) : Math.max(width, height);
  return { width: side, height: side };
}
