import {
  type ChartElement,
  type ChartResult,
  type Classification,
  type ClassifierError,
  type Fit,
  type Prediction,
  topFiveChart,
} from "../index.js";
import { drawHeatmap, drawPicture } from "./picture.js";
import { elementStyles } from "./styles.js";
import type { WideEyeSaying, WideEyeWords } from "./words.js";

/** How far an element has come with its picture. */
export type Look =
  | { readonly phase: "empty" }
  | { readonly phase: "loading"; readonly loaded: number; readonly total: number | null }
  | { readonly phase: "looking" }
  | { readonly phase: "seen"; readonly result: Classification }
  | { readonly phase: "failed"; readonly error: ClassifierError };

/** Everything that the element shows besides the picture's pixels follows from this. */
export interface State {
  readonly look: Look;
  /** The picture's name, empty where it has none. */
  readonly name: string;
  readonly words: WideEyeWords;
  readonly fit: Fit;
  readonly maps: boolean;
  /** How many bars there are to be, 0 to 5. */
  readonly bars: number;
}

/** What the view asks of the element. */
export interface Commands {
  choose(file: File): void;
  retry(): void;
}

/** Failures that looking again may mend. */
const PASSING = new Set(["network", "crashed", "aborted", "internal"]);

/** The shadow tree of one element. */
export class View {
  readonly #root: ShadowRoot;
  readonly #frame = make("div", "frame");
  readonly #well = make("div", "well", "well");
  readonly #prompt = make("p", "prompt", "prompt");
  readonly #picture = make("canvas", "picture", "picture");
  readonly #heatmap = make("canvas", "heatmap", "heatmap");
  readonly #choose = make("button", "button primary", "button choose");
  readonly #file = make("input");
  readonly #caption = make("p", "caption", "caption");
  readonly #captionText = make("slot");
  readonly #promptText = make("slot");
  readonly #said = make("div", "said");
  readonly #status = make("p", "status", "status");
  readonly #lead = make("span", "lead", "lead");
  readonly #text = make("span", "text", "answer");
  readonly #chartHost = make("div", "chart", "chart");
  readonly #tracks = make("div", "tracks");
  readonly #problem = make("div", "problem", "problem");
  readonly #advice = make("p", "", "advice");
  readonly #detail = make("p", "detail", "detail");
  readonly #retry = make("button", "button", "button retry");
  readonly #loading = make("div", "loading");
  readonly #progress = make("progress", "", "progress");
  readonly #hint = make("p", "hint", "hint");

  #state: State | undefined;
  #chart: ChartElement | undefined;
  #chartHasMaps = false;
  #charted: Classification | undefined;
  #pointed: number | null = null;
  #pinned: number | null = null;
  #drawing = new AbortController();

  constructor(host: HTMLElement, commands: Commands) {
    this.#root = host.attachShadow({ mode: "open", delegatesFocus: true });
    elementStyles(this.#root);
    this.#assemble();
    this.#file.addEventListener("change", () => {
      const file = this.#file.files?.[0];
      if (file) commands.choose(file);
      this.#file.value = "";
    });
    this.#choose.addEventListener("click", () => this.#file.click());
    this.#well.addEventListener("click", ({ target }) => {
      const control = (target as Element).closest("a, button, input, label, select, textarea");
      if (!this.#prompt.hidden && control === null) this.#file.click();
    });
    this.#retry.addEventListener("click", () => {
      commands.retry();
      // The button is gone now; the focus must not go with it.
      this.#choose.focus();
    });
  }

  /** Follows the element into another document, which has taken the rules of its shadow root away. */
  move(): void {
    elementStyles(this.#root);
    if (!this.#state) return;
    this.#dropChart();
    this.render(this.#state);
  }

  /** Shows a state. */
  render(state: State): void {
    const before = this.#state;
    this.#state = state;
    const { look, words, name } = state;
    if (words !== before?.words) this.#speak(words);
    this.#frame.dataset.phase = look.phase;
    this.#frame.classList.toggle("maps", state.maps);
    this.#said.setAttribute("aria-busy", String(look.phase === "loading" || look.phase === "looking"));

    const { lead, text } = sayingOf(look, words);
    // Setting the same words again would make screen readers repeat them.
    if (this.#lead.textContent !== lead) this.#lead.textContent = lead;
    if (this.#text.textContent !== text) this.#text.textContent = text;

    if (look.phase === "empty") void this.showPicture(null);
    this.#picture.setAttribute("aria-label", words.picture(name));
    this.#captionText.textContent = captionOf(look, name);

    this.#loading.hidden = look.phase !== "loading";
    if (look.phase === "loading") {
      if (look.total) this.#progress.value = Math.min(look.loaded / look.total, 1);
      else this.#progress.removeAttribute("value");
    }
    this.#renderProblem(look, words);
    this.#renderChart(state);
    this.#renderWell();
  }

  /** Shows a picture in place of the one before, or none. */
  async showPicture(bytes: Blob | null): Promise<void> {
    this.#drawing.abort();
    this.#drawing = new AbortController();
    const { signal } = this.#drawing;
    const drawn = bytes !== null && (await drawPicture(this.#picture, bytes, signal));
    if (signal.aborted) return;
    this.#picture.hidden = !drawn;
    this.#renderWell();
  }

  /** Shows that a picture is being dragged over the element. */
  showDragging(dragging: boolean): void {
    this.#frame.classList.toggle("dragging", dragging);
  }

  #assemble(): void {
    this.#promptText.name = "prompt";
    this.#captionText.name = "caption";
    this.#file.type = "file";
    this.#file.accept = "image/*";
    this.#file.hidden = true;
    this.#choose.type = "button";
    this.#retry.type = "button";
    this.#picture.hidden = true;
    this.#heatmap.hidden = true;
    this.#picture.setAttribute("role", "img");
    this.#heatmap.setAttribute("role", "img");
    this.#status.setAttribute("role", "status");
    this.#tracks.setAttribute("aria-hidden", "true");
    // What the package's errors say is English, whatever the page's language.
    this.#detail.lang = "en";

    const columns = make("div", "columns");
    const shown = make("div", "shown");
    const tools = make("div", "tools");
    const outcome = make("div", "outcome");
    this.#prompt.append(this.#promptText);
    this.#caption.append(this.#captionText);
    this.#well.append(this.#prompt, this.#picture, this.#heatmap);
    tools.append(this.#choose, this.#file, this.#caption);
    shown.append(this.#well, tools);
    this.#status.append(this.#lead, this.#text);
    this.#problem.append(this.#advice, this.#detail, this.#retry);
    this.#loading.append(this.#progress);
    outcome.append(this.#tracks, this.#chartHost, this.#problem, this.#loading);
    this.#said.append(this.#status, outcome, this.#hint);
    columns.append(shown, this.#said);
    this.#frame.append(columns);
    this.#root.append(this.#frame);
  }

  #speak(words: WideEyeWords): void {
    this.#choose.textContent = words.choose;
    this.#promptText.textContent = words.prompt;
    this.#retry.textContent = words.retry;
    this.#hint.textContent = words.hint;
    this.#progress.setAttribute("aria-label", words.loading.text);
    this.#dropChart();
  }

  #renderProblem(look: Look, words: WideEyeWords): void {
    const failed = look.phase === "failed";
    this.#problem.hidden = !failed;
    if (!failed) return;
    const { code, message } = look.error;
    this.#advice.textContent = words.problems[code].advice;
    this.#detail.textContent = `${code}: ${message}`;
    this.#retry.hidden = !PASSING.has(code);
  }

  #renderChart({ look, words, maps, bars }: State): void {
    if (look.phase === "empty" || look.phase === "failed") this.#charted = undefined;
    if (look.phase === "seen" && maps !== this.#chartHasMaps) this.#dropChart();
    if (look.phase === "seen" && look.result !== this.#charted) {
      this.#charted = look.result;
      this.#pinned = null;
      const result = { predictions: look.result.predictions.map((bar) => translated(bar, words)) };
      if (this.#chart) {
        this.#chart.press(null);
        this.#chart.update(result);
      } else {
        this.#chart = this.#chartOf(result, words, maps);
        this.#chartHasMaps = maps;
        this.#keepFocus();
        this.#chartHost.replaceChildren(this.#chart);
      }
    }
    const hidden = this.#charted === undefined || look.phase === "loading";
    if (hidden) this.#keepFocus();
    this.#chartHost.hidden = hidden;
    this.#tracks.hidden = this.#charted !== undefined || !["empty", "looking"].includes(look.phase);
    if (this.#tracks.childElementCount !== bars) {
      this.#tracks.replaceChildren(...Array.from({ length: bars }, () => make("span")));
    }
  }

  #renderWell(): void {
    const { phase } = this.#state!.look;
    const asks = this.#picture.hidden && (phase === "empty" || phase === "failed");
    this.#prompt.hidden = !asks;
    this.#well.classList.toggle("asks", asks);
    this.#renderHeatmap();
  }

  #chartOf(result: ChartResult, words: WideEyeWords, maps: boolean): ChartElement {
    const lang = this.#root.host.closest<HTMLElement>("[lang]")?.lang;
    return topFiveChart(result, {
      name: words.chart,
      root: this.#root,
      ...(lang && { locale: lang }),
      ...(maps && { onPoint: (index) => this.#point(index), onPress: (index) => this.#pin(index) }),
    });
  }

  /** The focus must not go with the bar that has it. */
  #keepFocus(): void {
    if (this.#chartHost.contains(this.#root.activeElement)) this.#choose.focus({ preventScroll: true });
  }

  #dropChart(): void {
    this.#chart = undefined;
    this.#charted = undefined;
    this.#pointed = null;
  }

  #point(index: number | null): void {
    this.#pointed = index;
    this.#renderHeatmap();
  }

  #pin(index: number | null): void {
    this.#pinned = index;
    this.#chart?.press(index);
    this.#renderHeatmap();
  }

  #renderHeatmap(): void {
    const { look, maps, words, fit } = this.#state!;
    const result = maps && look.phase === "seen" ? look.result : undefined;
    const index = this.#pointed ?? this.#pinned;
    const prediction = result?.predictions.find((candidate) => candidate.index === index);
    this.#heatmap.hidden = prediction === undefined || this.#picture.hidden;
    if (this.#heatmap.hidden || !result || !prediction) return;
    drawHeatmap(this.#heatmap, this.#picture, result, prediction.index, fit);
    this.#heatmap.setAttribute("aria-label", words.heatmap(words.label(prediction.label)));
  }
}

function make<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  className = "",
  part = "",
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (part) element.setAttribute("part", part);
  return element;
}

function sayingOf(look: Look, words: WideEyeWords): WideEyeSaying {
  switch (look.phase) {
    case "empty":
      return words.ready;
    case "loading":
      return words.loading;
    case "looking":
      return words.looking;
    case "failed":
      return { lead: words.failed, text: words.problems[look.error.code].title };
    case "seen": {
      const { predictions, known } = look.result;
      const first = predictions[0];
      return first ? words.answer(words.label(first.label), first.probability, known) : words.ready;
    }
  }
}

function captionOf(look: Look, name: string): string {
  const size = look.phase === "seen" ? `${look.result.width} × ${look.result.height}` : "";
  return [name, size].filter(Boolean).join(" · ");
}

function translated(prediction: Prediction, words: WideEyeWords): Prediction {
  const { label, superclass } = prediction;
  return {
    ...prediction,
    label: words.label(label),
    superclass: superclass === null ? null : words.label(superclass),
  };
}
