import type { Classification, Classifier } from "wideye";
import { problemOf } from "../problem.js";
import { inRounds } from "../rounds.js";
import type { State, Store } from "../state.js";
import { CHANGES, type Changes, changed, strengthOf, type Variant } from "./changes.js";

/** Asks the network about the changed picture while its tool is open. */
export function answerChanges(store: Store, network: () => Promise<Classifier>): void {
  const change = (part: Partial<Changes>): void => store.changeIn("changes", part);

  inRounds(store, dueIn, async (original) => {
    const { picture, changes } = store.state;
    const known = changes.original === original ? changes.variants : [];
    const variants: Variant[] = [];
    try {
      const classifier = await network();
      for (const [position, way] of CHANGES.entries()) {
        const strength = strengthOf(way, changes.strengths);
        const before = known[position];
        if (before?.strength === strength) {
          variants.push(before);
          continue;
        }
        const pixels = changed(original.thumbnail!, way, changes.strengths);
        const { predictions } = await classifier.classify(
          new ImageData(pixels.data, pixels.width, pixels.height),
          { topK: 3 },
        );
        if (store.state.tool !== "changes" || store.state.picture !== picture) return;
        variants.push({ change: way, strength, pixels, predictions });
      }
      change({ original, variants, problem: null });
    } catch (error) {
      change({ original, variants: [], problem: problemOf(error) });
    }
  });
}

function dueIn({ tool, look, changes }: State): Classification | null {
  if (tool !== "changes" || look.phase !== "seen" || !look.result.thumbnail) return null;
  const { original, variants, strengths } = changes;
  const answered =
    original === look.result &&
    variants.every(({ change, strength }) => strength === strengthOf(change, strengths));
  return answered ? null : look.result;
}
