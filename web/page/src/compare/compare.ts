import type { Classification } from "wideye";

import type { Network } from "../state.js";

/** The networks that travel with the page beside its own. */
export const RIVALS = ["narrow", "wide"] as const;
export type Rival = (typeof RIVALS)[number];

/** What a second network says of the same picture. */
export interface Comparison {
  readonly rival: Rival;
  readonly network: Network | { readonly phase: "none" };
  /** The page's own answer, and what the rival says of the same pixels. */
  readonly pair: Pair | null;
  /** What the latest answers of both took, in milliseconds. */
  readonly timesMs: { readonly own: readonly number[]; readonly other: readonly number[] };
}

/** The answers of both networks to the same pixels. */
export interface Pair {
  readonly own: Classification;
  readonly other: Classification;
}

export const noComparison: Comparison = {
  rival: "narrow",
  network: { phase: "none" },
  pair: null,
  timesMs: { own: [], other: [] },
};

const TIMED = 5;

/** Returns a comparison to which a pair of answers has come. */
export function withPair(
  { timesMs }: Pick<Comparison, "timesMs">,
  pair: Pair,
): Pick<Comparison, "pair" | "timesMs"> {
  const latest = (side: keyof Pair): number[] => [...timesMs[side], pair[side].timings.inferMs].slice(-TIMED);
  return { pair, timesMs: { own: latest("own"), other: latest("other") } };
}
