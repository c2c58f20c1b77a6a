import type { Fit } from "wideye";

import type { Square } from "../state.js";

/** A rectangle. */
export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Returns which part of a picture the network's square shows, in pixels, and where in the square, in shares of its side. */
export function framed(
  { width, height }: { width: number; height: number },
  fit: Fit,
  crop: Square | null,
): { from: Rectangle; to: Rectangle } {
  const whole = { x: 0, y: 0, width, height };
  const all = { x: 0, y: 0, width: 1, height: 1 };
  if (fit === "fill") return { from: whole, to: all };
  if (fit === "contain") {
    const long = Math.max(width, height);
    const to = { width: width / long, height: height / long };
    return { from: whole, to: { x: (1 - to.width) / 2, y: (1 - to.height) / 2, ...to } };
  }
  const short = Math.min(width, height);
  const { x, y, side } = crop ?? { x: (width - short) / 2, y: (height - short) / 2, side: short };
  return { from: { x, y, width: side, height: side }, to: all };
}
