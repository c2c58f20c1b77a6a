import type { Square } from "../state.js";
import { reduced } from "./crop.js";

/** A small copy of a picture, out of which squares are cut many times a second. */
export interface PictureCopy {
  cut(square: Square): ImageData;
}

const MOST_SIDE = 1024;

/** Decodes a picture once, upright, into a copy of at most 1,024 pixels a side. */
export async function copyPicture(bytes: Blob): Promise<PictureCopy> {
  const bitmap = await createImageBitmap(bytes, {
    colorSpaceConversion: "none",
    imageOrientation: "from-image",
  });
  const scale = Math.min(1, MOST_SIDE / Math.max(bitmap.width, bitmap.height));
  const [width, height] = [bitmap.width, bitmap.height].map((side) => Math.max(1, Math.round(side * scale)));
  const context = new OffscreenCanvas(width!, height!).getContext("2d", { willReadFrequently: true })!;
  context.imageSmoothingQuality = "high";
  context.drawImage(bitmap, 0, 0, width!, height!);
  bitmap.close();
  return {
    cut: (square) => {
      const { x, y, side } = reduced(square, scale);
      return context.getImageData(x, y, side, side);
    },
  };
}
