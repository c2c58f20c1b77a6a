import { type ChartElement, type Classification, topFiveChart } from "wideye";
import { finder } from "../find.js";

import type { Problem, State } from "../state.js";
import { explained } from "../words/explained.js";
import { wordsOf } from "../words/languages.js";
import { type Explanation, translated, type Words } from "../words/words.js";
import { sayingOf } from "./saying.js";

// In letters; a longer text than a label is set smaller, on up to two lines.
const LONGEST_LABEL = 22;

/** What the bars can be asked to do, by the index of their class. */
export interface Bars {
  point(index: number | null): void;
  pin(index: number | null): void;
}

/** Shows the answer in words, as bars, or why there is none. */
export function answerView(page: Document, { point, pin }: Bars): (state: State) => void {
  const find = finder(page);
  const panel = find("answer");
  const lead = find("answer-lead");
  const text = find("answer-text");
  const chartHost = find("chart");
  const problemHost = find("problem");
  const advice = find("problem-advice");
  const detail = find("problem-detail");
  const retry = find("retry");
  const file = find("file");

  const chartIn = (words: Words): ChartElement =>
    topFiveChart(
      { predictions: [] },
      { name: words.answer.chart, locale: words.language, onPoint: point, onPress: pin },
    );
  let chart: ChartElement | undefined;
  let spoken: Words | undefined;
  let charted: Classification | undefined;

  return (state) => {
    const { look, network } = state;
    const words = wordsOf(state.language);
    const trouble = troubleIn(state, words);
    const saying = sayingOf(state, words, trouble?.explanation);
    // Live, screen readers hear of other classes, not of how sure the network is from one second to the next.
    lead.ariaLive = look.phase === "seen" && look.live ? "off" : null;
    // Setting the same words again would make screen readers repeat them.
    if (lead.textContent !== saying.lead) lead.textContent = saying.lead;
    if (text.textContent !== saying.text) text.textContent = saying.text;
    text.toggleAttribute("data-long", saying.text.length > LONGEST_LABEL);
    // A bar that vanishes must not take the focus with it.
    const stays =
      trouble === null && network.phase !== "loading" && look.phase !== "none" && spoken === words;
    if (!stays && chartHost.contains(page.activeElement)) file.focus({ preventScroll: true });
    if (chart === undefined || spoken !== words) {
      chart = chartIn(words);
      chartHost.replaceChildren(chart);
      [spoken, charted] = [words, undefined];
    }
    panel.toggleAttribute("data-problem", trouble !== null);
    panel.setAttribute("aria-busy", String(look.phase === "looking"));

    problemHost.hidden = trouble === null;
    advice.textContent = trouble?.explanation.advice ?? "";
    detail.textContent = trouble ? `${trouble.problem.code}: ${trouble.problem.message}` : "";
    // A network that stopped may have ended for good.
    retry.hidden = network.phase !== "failed" && trouble?.problem.code !== "crashed";

    chartHost.hidden = trouble !== null || network.phase === "loading";
    if (look.phase === "seen" && look.result !== charted) {
      charted = look.result;
      chart.update(translated(words, look.result), look.live && { durationMs: 0 });
    } else if ((look.phase === "failed" || look.phase === "none") && charted) {
      charted = undefined;
      chart.update({ predictions: [] });
    }
    chart.press(state.pinned);
  };
}

function troubleIn(
  { network, look }: State,
  words: Words,
): { problem: Problem; explanation: Explanation } | null {
  if (network.phase === "failed") {
    const { problem } = network;
    return { problem, explanation: explained(problem, words, { loading: true }) };
  }
  if (look.phase !== "failed") return null;
  return { problem: look.problem, explanation: explained(look.problem, words) };
}
