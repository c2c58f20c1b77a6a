import type { Square } from "../state.js";
import type { Size } from "./frame.js";

/** A corner by the direction in which it lies from the square's middle. */
export interface Corner {
  readonly x: -1 | 1;
  readonly y: -1 | 1;
}

// A quarter of what the network sees: a smaller square shows nothing.
const LEAST_SIDE = 8;
/** Pixels of the network's input along a side. */
const SEEN_SIDE = 32;
const ZOOM_STEP = 1.1;

/** Moves a square, as far as the picture goes. */
export function moved({ x, y, side }: Square, dx: number, dy: number, { width, height }: Size): Square {
  return {
    x: between(0, Math.round(x + dx), width - side),
    y: between(0, Math.round(y + dy), height - side),
    side,
  };
}

/** Drags one corner of a square; the opposite corner stays where it is. */
export function stretched(
  { x, y, side }: Square,
  corner: Corner,
  dx: number,
  dy: number,
  size: Size,
): Square {
  const room = Math.min(corner.x < 0 ? x + side : size.width - x, corner.y < 0 ? y + side : size.height - y);
  const wanted = Math.round(side + (corner.x * dx + corner.y * dy) / 2);
  const reached = between(leastSide(size), wanted, room);
  return {
    x: corner.x < 0 ? x + side - reached : x,
    y: corner.y < 0 ? y + side - reached : y,
    side: reached,
  };
}

/** Scales a square by at least one pixel about a point of the picture, which keeps its place in the square. */
export function scaled(square: Square, factor: number, about: { x: number; y: number }, size: Size): Square {
  const wanted = factor > 1 ? Math.ceil(square.side * factor) : Math.floor(square.side * factor);
  const side = between(leastSide(size), wanted, Math.min(size.width, size.height));
  const grown = side / square.side;
  const shift = (start: number, point: number): number => (point - start) * (1 - grown);
  return moved({ ...square, side }, shift(square.x, about.x), shift(square.y, about.y), size);
}

/**
 * Returns the square after a key: arrows move it by one of the network's pixels, with Shift by eight, plus and minus
 * resize it, Home asks for the largest square, which is null. Undefined for other keys.
 */
export function keyed(square: Square, key: string, shift: boolean, size: Size): Square | null | undefined {
  const step = Math.max(1, Math.round(((shift ? 8 : 1) * square.side) / SEEN_SIDE));
  const middle = { x: square.x + square.side / 2, y: square.y + square.side / 2 };
  switch (key) {
    case "ArrowLeft":
      return moved(square, -step, 0, size);
    case "ArrowRight":
      return moved(square, step, 0, size);
    case "ArrowUp":
      return moved(square, 0, -step, size);
    case "ArrowDown":
      return moved(square, 0, step, size);
    case "+":
    case "=":
      return scaled(square, ZOOM_STEP, middle, size);
    case "-":
      return scaled(square, 1 / ZOOM_STEP, middle, size);
    case "Home":
      return null;
  }
}

/** Returns the same square of a smaller copy of the picture, in whole pixels, at least one. */
export function reduced({ x, y, side }: Square, scale: number): Square {
  return {
    x: Math.floor(x * scale),
    y: Math.floor(y * scale),
    side: Math.max(1, Math.floor(side * scale)),
  };
}

/** Returns the side of the smallest square in pixels. */
export function leastSide({ width, height }: Size): number {
  return Math.min(LEAST_SIDE, width, height);
}

function between(least: number, value: number, most: number): number {
  return Math.max(least, Math.min(value, most));
}
