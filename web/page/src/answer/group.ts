import type { Classification } from "wideye";

/** Several classes of one superclass among which the network is torn. */
export interface Group {
  readonly superclass: string;
  /** Sum of the calibrated probabilities of all its classes, 0 to 1. */
  readonly probability: number;
  /** The classes that make up most of it, likeliest first. */
  readonly classes: readonly string[];
}

const SPLIT = 0.5;
const CLEAR = 0.6;
const MOST = 0.9;
const NAMED = 3;

/**
 * Returns the superclass to name where no class is likelier than not and one superclass is 60 % likely, else null.
 *
 * Probabilities are calibrated: the group is then half as likely again as all others together. No class can make up
 * 90 % of it, so that two or three are named.
 */
export function groupOf({
  predictions,
  superclasses,
}: Pick<Classification, "predictions" | "superclasses">): Group | null {
  const [first] = predictions;
  const [group] = superclasses;
  if (!first || !group || first.probability >= SPLIT || group.probability < CLEAR) return null;
  const classes: string[] = [];
  let sum = 0;
  for (const { label, superclass, probability } of predictions) {
    if (superclass !== group.label) continue;
    classes.push(label);
    sum += probability;
    if (sum >= MOST * group.probability || classes.length === NAMED) break;
  }
  return { superclass: group.label, probability: group.probability, classes };
}
