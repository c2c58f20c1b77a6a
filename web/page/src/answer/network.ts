import { cardOf } from "../cards.js";
import type { State } from "../state.js";
import { formatsOf } from "../words/format.js";
import { wordsOf } from "../words/languages.js";

/** Says which network answers, and how often it is right. */
export function networkView(page: Document): (state: State) => void {
  const line = page.querySelector<HTMLElement>("#network")!;
  return ({ network, language }) => {
    if (network.phase !== "ready") return;
    const { name, labels, sizeBytes } = network.info;
    const { number, megabytes, percent } = formatsOf(language);
    const { page: texts, classes } = wordsOf(language);
    const accuracy = cardOf(network.info)?.test.accuracy;
    line.textContent = [
      texts.network(name, number(labels.length), megabytes(sizeBytes)),
      accuracy && classes.overall(percent(accuracy.top1), percent(accuracy.top5)),
    ]
      .filter(Boolean)
      .join(". ");
  };
}
