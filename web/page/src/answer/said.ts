import type { Classification } from "wideye";

/** The answer that the words speak of while answers follow each other fast. */
export interface Said {
  readonly result: Classification;
  readonly atMs: number;
}

const LEAST_MS = 1000;

/** Returns what the words speak of next: a new answer where its class is another one, once a second at most. */
export function nextSaid(before: Said | null, result: Classification, nowMs: number): Said {
  if (before === null) return { result, atMs: nowMs };
  const same =
    before.result.predictions[0]?.index === result.predictions[0]?.index &&
    before.result.known === result.known;
  return same || nowMs - before.atMs < LEAST_MS ? before : { result, atMs: nowMs };
}
