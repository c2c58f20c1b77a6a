import { LEAST_SHARE } from "./scene.js";
import { gridOver } from "./windows.js";

/** A picture that was decoded once: its size, and a copy that is large enough for the smallest windows. */
export interface SceneCopy {
  readonly width: number;
  readonly height: number;
  readonly canvas: HTMLCanvasElement;
}

/** Decodes a picture, upright. */
export async function copyScene(bytes: Blob): Promise<SceneCopy> {
  const bitmap = await createImageBitmap(bytes, {
    colorSpaceConversion: "none",
    imageOrientation: "from-image",
  });
  const { width, height } = bitmap;
  const { canvas } = reduced(bitmap, gridOver(bitmap, LEAST_SHARE));
  bitmap.close();
  return { width, height, canvas };
}

/** Draws a picture in another size. */
export function reduced(
  picture: CanvasImageSource,
  { width, height }: { readonly width: number; readonly height: number },
): CanvasRenderingContext2D {
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext("2d", { willReadFrequently: true })!;
  context.imageSmoothingQuality = "high";
  context.drawImage(picture, 0, 0, width, height);
  return context;
}
