import type { State } from "../state.js";
import { type Formats, formatsOf } from "../words/format.js";
import { wordsOf } from "../words/languages.js";
import type { Words } from "../words/words.js";
import { type Side, sidesOf } from "./sides.js";

type Figure = (side: Side, words: Words["compare"], formats: Formats) => string | undefined;

/** The rows of the table by the names that index.html gives them. */
const FIGURES: Readonly<Record<string, Figure>> = {
  name: ({ name }) => name,
  top1: ({ card }, _, { percent }) => card && percent(card.test.accuracy.top1),
  top5: ({ card }, _, { percent }) => card && percent(card.test.accuracy.top5),
  size: ({ card }, words, { number }) => card && words.megabytes(number(card.size_bytes / 1e6, 2)),
  macs: ({ card }, words, { number }) => card && words.millions(number(card.macs / 1e6)),
  time: ({ inferMs }, words, { milliseconds }) =>
    inferMs === undefined ? undefined : words.milliseconds(milliseconds(inferMs)),
};

/** Shows what the two networks cost and how often they are right. */
export function figuresView(page: Document): (state: State) => void {
  const rows = page.querySelectorAll<HTMLElement>("#figures [data-figure]");
  const source = page.querySelector<HTMLElement>("#figures-source")!;

  return (state) => {
    const words = wordsOf(state.language).compare;
    const formats = formatsOf(state.language);
    const { own, other } = sidesOf(state);
    for (const row of rows) {
      const [, ...cells] = row.children;
      [own, other].forEach((side, position) => {
        cells[position]!.textContent = FIGURES[row.dataset.figure!]!(side, words, formats) ?? "–";
      });
    }
    source.textContent = own.card ? words.source(formats.number(own.card.test.images)) : "";
  };
}
