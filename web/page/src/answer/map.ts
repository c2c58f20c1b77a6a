import type { ActivationMaps, Fit } from "wideye";

import type { Square, State } from "../state.js";

/** Shares of the well, which is square, 0 to 1 from its upper left corner. */
export interface Area {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Returns where in the well the square lies that the network saw of a picture. */
export function seenArea(
  { width, height }: { readonly width: number; readonly height: number },
  fit: Fit,
  crop: Square | null,
): Area {
  const long = Math.max(width, height);
  const short = Math.min(width, height);
  const left = (long - width) / 2;
  const top = (long - height) / 2;
  const at = (x: number, y: number, w: number, h: number): Area => ({
    x: x / long,
    y: y / long,
    width: w / long,
    height: h / long,
  });
  if (fit === "contain") return at(0, 0, long, long);
  if (fit === "fill") return at(left, top, width, height);
  if (crop) return at(left + crop.x, top + crop.y, crop.side, crop.side);
  return at((long - short) / 2, (long - short) / 2, short, short);
}

/** Returns the class whose map is to be shown, by its index: pointed at, or else pinned, among the bars that there are. */
export function mappedClass({
  look,
  pointed,
  pinned,
}: Pick<State, "look" | "pointed" | "pinned">): number | null {
  if (look.phase !== "seen" || !look.result.activationMaps) return null;
  const bars = look.result.predictions.slice(0, 5).map(({ index }) => index);
  return [pointed, pinned].find((index) => index !== null && bars.includes(index)) ?? null;
}

/**
 * Returns in which ninth of the square most speaks for a class: 0 to 8, row by row; null where nothing does.
 *
 * Of several cells that are equally strong the first counts.
 */
export function strongestNinth({ width, height, values }: ActivationMaps, index: number): number | null {
  const cells = width * height;
  const map = values.subarray(index * cells, (index + 1) * cells);
  const most = Math.max(...map);
  if (most <= 0) return null;
  const cell = map.indexOf(most);
  const third = (place: number, of: number): number => Math.floor((3 * (place + 0.5)) / of);
  return 3 * third(Math.floor(cell / width), height) + third(cell % width, width);
}
