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
  readonly pair: { readonly own: Classification; readonly other: Classification } | null;
}

export const noComparison: Comparison = { rival: "narrow", network: { phase: "none" }, pair: null };
