import { figuresOf } from "../classes/card.js";
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
    const figures = figuresOf(network.info);
    line.textContent = [
      texts.network(name, number(labels.length), megabytes(sizeBytes)),
      figures && classes.overall(percent(figures.top1), percent(figures.top5)),
    ]
      .filter(Boolean)
      .join(". ");
  };
}
