import type { Prediction } from "wideye";

import type { Picture, Problem } from "../state.js";
import type { Grid } from "./windows.js";

/** What the network says of each part of a large picture. */
export interface Scene {
  /** The side of a window as a share of the picture's shorter side. */
  readonly share: number;
  /** The class, by its index, whose windows are shown while it is pointed at. */
  readonly pointed: number | null;
  /** The class, by its index, whose windows are shown otherwise, until it is let go. */
  readonly pinned: number | null;
  readonly search: Search | null;
}

/** A picture that is looked through, window by window. */
export type Search = {
  readonly picture: Picture;
  readonly share: number;
} & (
  | { readonly phase: "reading" }
  | {
      readonly phase: "looking" | "done";
      readonly grid: Grid;
      /** The likeliest class of each window, as far as they are answered. */
      readonly firsts: readonly Prediction[];
    }
  | { readonly phase: "failed"; readonly problem: Problem }
);

/** The smallest share that can be chosen. */
export const LEAST_SHARE = 0.2;

export const noScene: Scene = { share: 0.25, pointed: null, pinned: null, search: null };
