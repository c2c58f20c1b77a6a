import { bars } from "../bars.js";
import { cards } from "../cards.js";
import { changing } from "../changed.js";
import { finder } from "../find.js";
import type { State } from "../state.js";
import { explained } from "../words/explained.js";
import { formatsOf } from "../words/format.js";
import { wordsOf } from "../words/languages.js";
import type { Words } from "../words/words.js";
import { RIVALS, type Rival } from "./compare.js";
import type { RivalControls } from "./rival.js";
import { type Side, sidesOf } from "./sides.js";

/** Shows the answers of the page's own network and of a second one side by side. */
export function compareView(page: Document, { choose, retry }: RivalControls): (state: State) => void {
  const find = finder(page);
  const finding = find("compare-finding");
  const detail = find("compare-detail");
  const select = find<HTMLSelectElement>("rival");
  const sides = find("compare-sides");
  const loading = find("rival-loading");
  const progress = find<HTMLProgressElement>("rival-progress");
  const loadingText = find("rival-loading-text");
  const problem = find("rival-problem");
  const advice = find("rival-advice");
  const showOwn = sideView(find("compare-own"));
  const showOther = sideView(find("compare-other"));

  const options = RIVALS.map((name) => new Option(name, name));
  select.append(...options);
  select.addEventListener("change", () => choose(select.value as Rival));
  find("rival-retry").addEventListener("click", () => {
    retry();
    // The button is gone now; the focus must not go with it.
    select.focus();
  });

  return (state) => {
    const { network, pair } = state.comparison;
    const words = wordsOf(state.language);
    const { number } = formatsOf(state.language);
    const { own, other } = sidesOf(state);

    finding.textContent = verdictOn(own, other, words);
    detail.textContent = sizesOf(own, other, words);
    for (const option of options) {
      const { size_bytes } = cards[option.value as Rival];
      option.textContent = `${option.value} · ${words.compare.megabytes(number(size_bytes / 1e6, 2))}`;
    }
    select.value = state.comparison.rival;

    const isDue = state.look.phase === "seen" && state.look.result !== pair?.own;
    sides.setAttribute("aria-busy", String(isDue && network.phase === "ready"));
    const marked = own.answer?.predictions[0]?.index;
    showOwn(own, marked, words);
    showOther(other, marked, words);

    loading.hidden = network.phase !== "loading";
    loadingText.textContent = words.compare.loading(other.name);
    if (network.phase === "loading" && network.total) {
      progress.value = Math.min(network.loaded / network.total, 1);
    } else {
      progress.removeAttribute("value");
    }
    problem.hidden = network.phase !== "failed";
    if (network.phase === "failed") {
      advice.textContent = explained(network.problem, words, { loading: true }).advice;
    }
  };
}

function sideView(place: HTMLElement): (side: Side, marked: number | undefined, words: Words) => void {
  const heading = place.querySelector("h3")!;
  const chart = place.querySelector<HTMLElement>(".compare-bars")!;
  const isNew = changing();

  return ({ name, answer }, marked, words) => {
    heading.textContent = name;
    if (!isNew(answer, marked, words)) return;
    chart.replaceChildren();
    if (!answer) return;
    const predictions = answer.predictions.slice(0, 5);
    chart.append(bars(predictions, words, { name: words.compare.chart(name), marked }));
  };
}

function verdictOn(own: Side, other: Side, { compare, label }: Words): string {
  const [first] = own.answer?.predictions ?? [];
  const [second] = other.answer?.predictions ?? [];
  if (!first || !second) return compare.none;
  if (first.index === second.index) return compare.agree(label(first.label));
  return compare.differ(own.name, label(first.label), other.name, label(second.label));
}

function sizesOf({ card: own }: Side, { name, card: other }: Side, { language, compare }: Words): string {
  if (!own || !other || other.size_bytes >= own.size_bytes) return "";
  const times = own.size_bytes / other.size_bytes;
  return compare.smaller(name, formatsOf(language).number(times, times < 10 ? 1 : 0));
}
