import type { Fit, ModelInfo, Pixels, Prediction } from "wideye";

import type { Problem } from "../state.js";

/** What the network says about one file, as little of it as a table needs. */
export interface Seen {
  /** The five likeliest classes. */
  readonly predictions: readonly Prediction[];
  readonly known: boolean | null;
  /** The pixels that the network saw. */
  readonly thumbnail: Pixels;
}

/** A file that was looked at: what was seen, or why nothing was. */
export type Row = {
  /** Its place among the files. */
  readonly position: number;
  readonly file: File;
} & (
  | { readonly seen: Seen; readonly problem?: undefined }
  | { readonly problem: Problem; readonly seen?: undefined }
);

export const COLUMNS = ["name", "first", "probability", "second", "known"] as const;
export type Column = (typeof COLUMNS)[number];

export interface Order {
  readonly column: Column;
  readonly descending: boolean;
}

/** Many pictures and their answers. */
export interface Many {
  readonly phase: "none" | "running" | "paused" | "done";
  /** The pictures, by path. */
  readonly files: readonly File[];
  /** How many other files there were. */
  readonly skipped: number;
  /** How all of them are made square. */
  readonly fit: Fit;
  /** What answered. */
  readonly model: Pick<ModelInfo, "name" | "sha256"> | null;
  /** The answers so far, in the order of the files. */
  readonly rows: readonly Row[];
  /** How long those took, without pauses. */
  readonly elapsedMs: number;
  /** Why the work paused by itself. */
  readonly problem: Problem | null;
  readonly order: Order;
  readonly filter: string;
  /** The page of the table, from 0. */
  readonly page: number;
}

export const noMany: Many = {
  phase: "none",
  files: [],
  skipped: 0,
  fit: "cover",
  model: null,
  rows: [],
  elapsedMs: 0,
  problem: null,
  order: { column: "name", descending: false },
  filter: "",
  page: 0,
};

/** Pictures a second so far, and the seconds that the others will take; null before the first answer. */
export function pace({ files, rows, elapsedMs }: Pick<Many, "files" | "rows" | "elapsedMs">): {
  perSecond: number;
  secondsLeft: number;
} | null {
  if (rows.length === 0 || elapsedMs === 0) return null;
  const perSecond = (1000 * rows.length) / elapsedMs;
  return { perSecond, secondsLeft: (files.length - rows.length) / perSecond };
}
