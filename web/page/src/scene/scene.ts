import type { Prediction } from "wideye";

import type { Picture, Problem } from "../state.js";
import type { Grid } from "./windows.js";

/** What the network says of each part of a large picture. */
export interface Scene {
  /** The side of a window as a share of the picture's shorter side. */
  readonly share: number;
  readonly shown: Shown | null;
  readonly search: Search | null;
}

/** The class whose windows are shown, by its index: pointed at, or pinned until it is let go. */
export interface Shown {
  readonly index: number;
  readonly pinned: boolean;
}

/** A picture that is looked through, window by window. */
export type Search = {
  readonly picture: Picture;
  readonly share: number;
} & (
  | {
      readonly phase: "looking" | "done";
      readonly grid: Grid;
      /** The likeliest class of each window, as far as they are answered. */
      readonly firsts: readonly Prediction[];
    }
  | { readonly phase: "failed"; readonly problem: Problem }
);

export const noScene: Scene = { share: 0.25, shown: null, search: null };

/** What is shown once a class is pointed at, or none is: what is pinned stays. */
export function pointAt(shown: Shown | null, index: number | null): Shown | null {
  if (shown?.pinned) return shown;
  return index === null ? null : { index, pinned: false };
}

/** What is shown once a class is chosen: it is pinned, and let go when it was pinned already. */
export function pin(shown: Shown | null, index: number): Shown | null {
  return shown?.pinned && shown.index === index ? null : { index, pinned: true };
}
