import type { Classification } from "wideye";

import { type Card, cardOf, cards } from "../cards.js";
import type { State } from "../state.js";

/** One network of the comparison, as far as it is known. */
export interface Side {
  readonly name: string;
  readonly card: Card | undefined;
  readonly answer: Classification | undefined;
  /** What an answer takes, in milliseconds: the median of the latest. */
  readonly inferMs: number | undefined;
}

/** Returns the page's own network and its rival; until both have a new answer, those before stay: they are of one picture. */
export function sidesOf({ network, look, comparison: { rival, network: second, pair, timesMs } }: State): {
  readonly own: Side;
  readonly other: Side;
} {
  const isShown = look.phase === "seen" || look.phase === "looking";
  const alone = look.phase === "seen" ? look.result : undefined;
  const info = network.phase === "ready" ? network.info : undefined;
  return {
    own: {
      name: info?.name ?? "",
      card: info && cardOf(info),
      answer: isShown ? (pair?.own ?? alone) : undefined,
      inferMs: median(timesMs.own),
    },
    other: {
      name: rival,
      card: second.phase === "ready" ? cardOf(second.info) : cards[rival],
      answer: isShown ? pair?.other : undefined,
      inferMs: median(timesMs.other),
    },
  };
}

/** Returns the middle one of some values, or the mean of the middle two. */
export function median(values: readonly number[]): number | undefined {
  const sorted = [...values].sort((a, b) => a - b);
  const half = (values.length - 1) / 2;
  const [low, high] = [sorted[Math.floor(half)], sorted[Math.ceil(half)]];
  return low === undefined || high === undefined ? undefined : (low + high) / 2;
}
