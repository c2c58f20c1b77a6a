import type { Square, State } from "../state.js";

/** A size in pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** A rectangle from its upper left corner. */
export interface Rectangle extends Size {
  readonly x: number;
  readonly y: number;
}

/** Returns the largest square in the middle of a picture. */
export function largest({ width, height }: Size): Square {
  const side = Math.min(width, height);
  return { x: Math.floor((width - side) / 2), y: Math.floor((height - side) / 2), side };
}

/** Returns what the network sees of a picture, in its pixels; under the fit `contain` that reaches beyond its edges. */
export function framed(size: Size, { fit, crop }: Pick<State, "fit" | "crop">): Rectangle {
  if (fit === "fill") return { x: 0, y: 0, ...size };
  if (fit === "contain") return enclosing(size);
  const { x, y, side } = crop ?? largest(size);
  return { x, y, width: side, height: side };
}

/** Returns where a part of a picture is shown, in shares of the square in whose middle the whole picture is shown. */
export function shown({ x, y, width, height }: Rectangle, size: Size): Rectangle {
  const { x: left, y: top, width: side } = enclosing(size);
  return { x: (x - left) / side, y: (y - top) / side, width: width / side, height: height / side };
}

/** Returns the smallest square around a picture, which lies in its middle. */
function enclosing({ width, height }: Size): Rectangle {
  const side = Math.max(width, height);
  return { x: (width - side) / 2, y: (height - side) / 2, width: side, height: side };
}
