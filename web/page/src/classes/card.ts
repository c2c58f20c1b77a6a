import type { ModelInfo } from "wideye";
import { sha256, test } from "wideye/models/res9.json";

/** How often a network is right about its test images, as shares from 0 to 1. */
export interface Figures {
  readonly top1: number;
  readonly top5: number;
  /** Top-1 by the class's label. */
  readonly byClass: ReadonlyMap<string, number>;
}

const figures: Figures = {
  ...test.accuracy,
  byClass: new Map(test.by_class.map(({ label, top1 }) => [label, top1])),
};

/** Returns the figures of the default network; null for any other file than the one that was measured. */
export function figuresOf(info: Pick<ModelInfo, "sha256">): Figures | null {
  return info.sha256 === sha256 ? figures : null;
}
