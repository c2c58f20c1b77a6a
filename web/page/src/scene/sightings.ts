import type { Prediction } from "wideye";

import type { Scene } from "./scene.js";
import type { Grid } from "./windows.js";

/** From here on a class is likelier than all others together. */
export const SURE = 0.5;

/** A class that the network is sure of in at least one window. */
export interface Sighting {
  readonly index: number;
  readonly label: string;
  /** The highest probability among its windows. */
  readonly best: number;
  readonly windows: number;
}

/** Returns the classes that were seen, the surest first. */
export function sightings(firsts: readonly Prediction[]): Sighting[] {
  const found = new Map<number, Sighting>();
  for (const { index, label, probability } of firsts) {
    if (probability < SURE) continue;
    const { best = 0, windows = 0 } = found.get(index) ?? {};
    found.set(index, { index, label, best: Math.max(best, probability), windows: windows + 1 });
  }
  return [...found.values()].sort((a, b) => b.best - a.best);
}

/** Returns the positions of the surest windows, one wherever sure windows of a class hang together by their sides. */
export function peaks({ columns: { length: across } }: Grid, firsts: readonly Prediction[]): number[] {
  const visited = new Set<number>();
  const patchFrom = (at: number): number[] => {
    const patch = [at];
    visited.add(at);
    // The patch grows while it is walked.
    for (const from of patch) {
      const beside = [from - across, from + across];
      if (from % across > 0) beside.push(from - 1);
      if (from % across < across - 1) beside.push(from + 1);
      for (const next of beside) {
        const first = firsts[next];
        if (visited.has(next) || !isSure(first) || first.index !== firsts[at]!.index) continue;
        visited.add(next);
        patch.push(next);
      }
    }
    return patch;
  };
  return firsts.flatMap((first, at) => {
    if (visited.has(at) || !isSure(first)) return [];
    return patchFrom(at).reduce((best, next) =>
      firsts[next]!.probability > firsts[best]!.probability ? next : best,
    );
  });
}

/** Returns the class whose windows are outlined, where it is seen: the one pointed at, else the one that is pinned. */
export function outlined(
  { pointed, pinned }: Pick<Scene, "pointed" | "pinned">,
  firsts: readonly Prediction[],
): number | null {
  const seen = new Set<number | null>(firsts.filter(isSure).map(({ index }) => index));
  return [pointed, pinned].find((index) => seen.has(index)) ?? null;
}

/** Whether there is an answer to be sure of. */
export function isSure(first: Prediction | undefined): first is Prediction {
  return first !== undefined && first.probability >= SURE;
}
