import type { Classification, Prediction } from "wideye";

import { cardOf } from "../cards.js";
import type { State } from "../state.js";
import { explained } from "../words/explained.js";
import { formatsOf } from "../words/format.js";
import type { Explanation, Words } from "../words/words.js";
import { CHANGES } from "./changes.js";

/** What the changes teach. */
export function storyOf(
  { network, changes }: State,
  original: Classification | null,
  words: Words,
): Explanation {
  if (!original) return words.changes.none;
  if (changes.problem) return explained(changes.problem, words, { loading: true });
  const [was] = original.predictions;
  const firsts = changes.variants.map(({ predictions }) => predictions[0]);
  const kept = firsts.filter((first) => first?.index === was?.index);
  return {
    title: words.changes.summary(kept.length, firsts.length),
    advice: [
      inGrey(was, firsts[CHANGES.indexOf("grey")], words),
      measured(network, words),
      changed(original, words),
    ].join(" "),
  };
}

function inGrey(
  was: Prediction | undefined,
  grey: Prediction | undefined,
  { changes, label }: Words,
): string {
  if (!was || !grey) return "";
  if (was.index === grey.index) return changes.greySame(label(was.label));
  return changes.greyOther(label(grey.label), label(was.label));
}

function changed({ thumbnail }: Classification, { language, changes }: Words): string {
  const { number } = formatsOf(language);
  return thumbnail ? changes.about(number(thumbnail.width), number(thumbnail.height)) : "";
}

/** How often the network is right without colour. */
function measured(network: State["network"], { language, changes }: Words): string {
  const card = network.phase === "ready" ? cardOf(network.info) : undefined;
  if (!card) return "";
  const { images, accuracy, greyscale } = card.test;
  const { number, percent } = formatsOf(language);
  return changes.measured(number(images), percent(accuracy.top1), percent(greyscale.top1));
}
