import { type Classification, topFiveChart } from "wideye";

import type { Problem, State } from "../state.js";
import {
  certainty,
  type Explanation,
  explain,
  explainLoading,
  megabytes,
  milliseconds,
  spaced,
} from "../words.js";

interface Words {
  readonly lead: string;
  readonly text: string;
}

/** Shows the answer in words, as bars, or why there is none. */
export function answerView(page: Document): (state: State) => void {
  const find = <E extends HTMLElement>(id: string): E => page.querySelector<E>(`#${id}`)!;
  const panel = find("answer");
  const lead = find("answer-lead");
  const text = find("answer-text");
  const chartHost = find("chart");
  const problemHost = find("problem");
  const advice = find("problem-advice");
  const detail = find("problem-detail");
  const retry = find("retry");
  const loading = find("loading");
  const progress = find<HTMLProgressElement>("progress");
  const loadingText = find("loading-text");
  const timings = find("timings");

  const chart = topFiveChart({ predictions: [] });
  chartHost.append(chart);
  let charted: Classification | undefined;

  return (state) => {
    const { look, network } = state;
    const trouble = troubleIn(state);
    const words = wordsFor(state, trouble?.explanation);
    // Setting the same words again would make screen readers repeat them.
    if (lead.textContent !== words.lead) lead.textContent = words.lead;
    if (text.textContent !== words.text) text.textContent = words.text;
    panel.toggleAttribute("data-problem", trouble !== null);
    panel.setAttribute("aria-busy", String(look.phase === "looking"));

    problemHost.hidden = trouble === null;
    advice.textContent = trouble?.explanation.advice ?? "";
    detail.textContent = trouble ? `${trouble.problem.code}: ${trouble.problem.message}` : "";
    retry.hidden = network.phase !== "failed";

    loading.hidden = network.phase !== "loading" || trouble !== null;
    if (network.phase === "loading") {
      if (network.total) progress.value = Math.min(network.loaded / network.total, 1);
      else progress.removeAttribute("value");
      loadingText.textContent = network.total
        ? `${megabytes(network.loaded)} of ${megabytes(network.total)} MB`
        : "";
    }

    chartHost.hidden = trouble !== null || !loading.hidden;
    if (look.phase === "seen" && look.result !== charted) {
      charted = look.result;
      chart.update(look.result);
      timings.textContent = timed(look.result);
    } else if (look.phase === "failed") {
      charted = undefined;
      chart.update({ predictions: [] });
      timings.textContent = "";
    }
  };
}

function troubleIn({ network, look }: State): { problem: Problem; explanation: Explanation } | null {
  if (network.phase === "failed")
    return { problem: network.problem, explanation: explainLoading(network.problem) };
  if (look.phase === "failed") return { problem: look.problem, explanation: explain(look.problem) };
  return null;
}

function wordsFor({ network, look }: State, explanation: Explanation | undefined): Words {
  if (explanation) return { lead: "That did not work", text: explanation.title };
  if (network.phase === "loading") return { lead: "One moment", text: "Loading the network" };
  if (look.phase === "none") return { lead: "Ready", text: "Show it a picture" };
  if (look.phase === "looking") return { lead: "One moment", text: "Looking" };
  const [first] = look.phase === "seen" ? look.result.predictions : [];
  if (!first) return { lead: "Ready", text: "Show it a picture" };
  if (look.phase === "seen" && look.result.known === false) {
    return { lead: "Nothing it knows well", text: `Nearest: ${spaced(first.label)}` };
  }
  return { lead: certainty(first.probability), text: spaced(first.label) };
}

function timed({ timings: { decodeMs, resizeMs, inferMs } }: Classification): string {
  const total = milliseconds(decodeMs + resizeMs + inferMs);
  return `${total} ms: decode ${milliseconds(decodeMs)}, resize ${milliseconds(resizeMs)}, network ${milliseconds(inferMs)}`;
}
