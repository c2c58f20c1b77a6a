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

/** Returns the page's own network and its rival; until there is a new answer, the one before stays. */
export function sidesOf({ network, look, comparison: { rival, network: second, pair, timesMs } }: State): {
  readonly own: Side;
  readonly other: Side;
} {
  const before = look.phase === "looking" ? pair?.own : undefined;
  const answer = look.phase === "seen" ? look.result : before;
  const info = network.phase === "ready" ? network.info : undefined;
  return {
    own: { name: info?.name ?? "", card: info && cardOf(info), answer, inferMs: median(timesMs.own) },
    other: {
      name: rival,
      card: second.phase === "ready" ? cardOf(second.info) : cards[rival],
      answer: answer && pair?.other,
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
