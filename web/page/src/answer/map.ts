import type { ActivationMaps } from "wideye";

import type { State } from "../state.js";

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
