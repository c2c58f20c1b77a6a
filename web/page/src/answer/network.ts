import type { State } from "../state.js";
import { formatsOf } from "../words/format.js";
import { wordsOf } from "../words/languages.js";

/** Says which network answers. */
export function networkView(page: Document): (state: State) => void {
  const line = page.querySelector<HTMLElement>("#network")!;
  return ({ network, language }) => {
    if (network.phase !== "ready") return;
    const { name, labels, sizeBytes } = network.info;
    const { number, megabytes } = formatsOf(language);
    line.textContent = wordsOf(language).page.network(name, number(labels.length), megabytes(sizeBytes));
  };
}
