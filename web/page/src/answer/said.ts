import type { Classification } from "wideye";

import { certaintyOf } from "./certainty.js";
import { groupOf } from "./group.js";

/** The answer that the words speak of while answers follow each other fast. */
export interface Said {
  readonly result: Classification;
  readonly atMs: number;
}

const LEAST_MS = 1000;

/** Returns what the words speak of next: a new answer where they would be others, once a second at most. */
export function nextSaid(before: Said | null, result: Classification, nowMs: number): Said {
  if (before === null) return { result, atMs: nowMs };
  const same = gistOf(before.result) === gistOf(result);
  return same || nowMs - before.atMs < LEAST_MS ? before : { result, atMs: nowMs };
}

/** What decides the words of an answer. */
function gistOf(result: Classification): string {
  const [first] = result.predictions;
  const group = groupOf(result);
  const certainty = certaintyOf((group ?? first)?.probability ?? 0);
  return [first?.index, result.known, group?.superclass, certainty].join(" ");
}
