import type { Classification, Pixels, Prediction } from "wideye";

import type { Problem } from "../state.js";
import { blurred, darkened, greyscale, mirrored, noisy, shifted } from "./pixels.js";

/** What can be done to a picture that leaves what it shows as it is. */
export const CHANGES = ["grey", "mirrored", "shifted", "blurred", "darker", "noisy"] as const;
export type Change = (typeof CHANGES)[number];

/** What a range input offers. */
export interface Range {
  readonly min: number;
  readonly max: number;
  readonly step: number;
}

/** Strengths: pixels to the right, a blur's deviation in pixels, the share of light taken away, noise as a share of white. */
export const RANGES = {
  shifted: { min: 1, max: 12, step: 1 },
  blurred: { min: 0.25, max: 2.5, step: 0.25 },
  darker: { min: 0.1, max: 0.9, step: 0.1 },
  noisy: { min: 0.01, max: 0.2, step: 0.01 },
} as const satisfies Partial<Record<Change, Range>>;
export type Adjustable = keyof typeof RANGES;
export type Strengths = Readonly<Record<Adjustable, number>>;

/** The picture after one change, and the classes that the network finds likeliest then. */
export interface Variant {
  readonly change: Change;
  readonly strength: number | null;
  readonly pixels: Pixels;
  readonly predictions: readonly Prediction[];
}

/** The picture changed in ways that should not matter, each with its answer. */
export interface Changes {
  readonly strengths: Strengths;
  /** The answer to the picture as it is, to which the variants belong. */
  readonly original: Classification | null;
  /** One for each of {@link CHANGES}, or none. */
  readonly variants: readonly Variant[];
  readonly problem: Problem | null;
}

export const noChanges: Changes = {
  strengths: { shifted: 4, blurred: 1, darker: 0.5, noisy: 0.05 },
  original: null,
  variants: [],
  problem: null,
};

/** How strong a change is; null where it has no strength. */
export function strengthOf(change: Change, strengths: Strengths): number | null {
  return isAdjustable(change) ? strengths[change] : null;
}

/** Returns the strengths with one of them set. */
export function withStrength(
  { strengths }: Pick<Changes, "strengths">,
  change: Adjustable,
  strength: number,
): Pick<Changes, "strengths"> {
  return { strengths: { ...strengths, [change]: strength } };
}

export function isAdjustable(change: Change): change is Adjustable {
  return Object.hasOwn(RANGES, change);
}

const WAYS: Readonly<Record<Change, (pixels: Pixels, strengths: Strengths) => Pixels>> = {
  grey: greyscale,
  mirrored,
  shifted: (pixels, strengths) => shifted(pixels, strengths.shifted),
  blurred: (pixels, strengths) => blurred(pixels, strengths.blurred),
  darker: (pixels, strengths) => darkened(pixels, 1 - strengths.darker),
  noisy: (pixels, strengths) => noisy(pixels, strengths.noisy),
};

/** Returns the pixels after a change. */
export function changed(pixels: Pixels, change: Change, strengths: Strengths): Pixels {
  return WAYS[change](pixels, strengths);
}
