/** How sure an answer is, in steps that have words. */
export type Certainty = "certain" | "probable" | "possible" | "guess";

const LEAST: readonly (readonly [number, Certainty])[] = [
  [0.9, "certain"],
  [0.6, "probable"],
  [0.3, "possible"],
];

/** Returns how sure an answer is by its calibrated probability, 0 to 1. */
export function certaintyOf(probability: number): Certainty {
  return LEAST.find(([least]) => probability >= least)?.[1] ?? "guess";
}
