import { scaleLinear } from "d3-scale";
import { type Selection, select } from "d3-selection";
// With it come the transitions of selections; an import for these alone would stay in the declarations.
import { interrupt } from "d3-transition";

import { chartStyles } from "./chart-styles.js";

/** One bar: a class and how probable the network finds it. */
export interface ChartPrediction {
  /** Position of the class in the model's list of labels. */
  readonly index: number;
  /** The class as the data set spells it; underscores are shown as spaces. */
  readonly label: string;
  /** The group the class belongs to, or null where the model has none. */
  readonly superclass: string | null;
  /** Calibrated probability, 0 to 1. */
  readonly probability: number;
}

/** The part of a classification that the chart draws. */
export interface ChartResult {
  /** Likeliest first; the chart draws the first five. */
  readonly predictions: readonly ChartPrediction[];
}

/** How the chart speaks, moves and where its styles live. */
export interface ChartOptions {
  /** Accessible name of the list; "Five likeliest classes" by default. */
  readonly name?: string;
  /** BCP 47 tag for the percentages; the document's language by default. */
  readonly locale?: string;
  /** Length of the transition after `update` in milliseconds, 450 by default; 0 turns it off. */
  readonly durationMs?: number;
  /** Document or shadow root that shows the chart and receives its styles; the document by default. */
  readonly root?: Document | ShadowRoot;
  /** Called with the {@link ChartPrediction.index} of the bar under the pointer or the keyboard's focus, and null after. */
  readonly onPoint?: (index: number | null) => void;
  /**
   * Makes each bar a toggle button. Called with the {@link ChartPrediction.index} of the bar that is to be pressed, or
   * null when the pressed one is chosen again or Escape is; {@link ChartElement.press} shows it.
   */
  readonly onPress?: (index: number | null) => void;
}

/** The element that {@link topFiveChart} returns. */
export interface ChartElement extends HTMLElement {
  /**
   * Draws another result; bars of classes that stay move to their new place.
   *
   * `durationMs` stands for that of {@link ChartOptions} this once: 0 for results that follow each other fast.
   */
  update(result: ChartResult, options?: Pick<ChartOptions, "durationMs">): void;
  /** Shows the bar of this class as pressed, or none, where {@link ChartOptions.onPress} makes bars buttons. */
  press(index: number | null): void;
}

interface Bar extends ChartPrediction {
  readonly slot: number;
}

const BARS = 5;
const SVG = "http://www.w3.org/2000/svg";
const percentOfWidth = scaleLinear().domain([0, 1]).range([0, 100]);

/**
 * Returns an animated bar chart of the five likeliest classes, an ordered list with one bar a line.
 *
 * A bar's width is its probability's share of the chart's width; `data-probability` carries the exact
 * value. One bar is in the tab order, arrow keys, Home and End move among them. Colours and sizes follow
 * the custom properties `--wideye-accent`, `--wideye-track`, `--wideye-muted` and `--wideye-bar-size`;
 * every rule of the chart has zero specificity, so that any rule of the page wins over it. From outside a shadow
 * root the parts `row`, `toggle`, `label`, `superclass`, `value`, `track` and `bar` can be styled.
 *
 * Source: bars join their data as in Mike Bostock, "Object constancy" (2012).
 *
 * # Errors
 * `RangeError` if a probability is not a number from 0 to 1.
 *
 * # Example
 * ```ts
 * const chart = topFiveChart(await classifier.classify(file));
 * document.body.append(chart);
 * chart.update(await classifier.classify(anotherFile));
 * ```
 */
export function topFiveChart(result: ChartResult, options: ChartOptions = {}): ChartElement {
  const { name = "Five likeliest classes", root = document, onPoint, onPress } = options;
  const format = percentage(options.locale ?? (document.documentElement.lang || undefined));
  chartStyles(root);

  const figure = document.createElement("figure");
  figure.className = "wideye-chart";
  const list = select(figure).append("ol").attr("class", "wideye-chart-list");
  // Safari takes an unstyled list's role away; naming it keeps it.
  list.attr("role", "list").attr("aria-label", name);
  const listElement = list.node()!;
  listElement.addEventListener("keydown", (event) => rove(listElement, event));
  listElement.addEventListener("focusin", (event) => holdTabStop(listElement, event.target as Element));
  const tellPointed = onPoint && followPointing(listElement, onPoint);

  let pressed: number | null = null;
  const press = (index: number | null): void => {
    pressed = index;
    showPressed(list, pressed);
  };
  if (onPress) followPresses(listElement, () => pressed, onPress);

  const update: ChartElement["update"] = (
    { predictions },
    { durationMs = options.durationMs ?? 450 } = {},
  ) => {
    const shown = predictions.slice(0, BARS);
    shown.forEach(checkProbability);
    const moving = figure.isConnected && !prefersStillness();
    draw(list, shown, format, moving ? durationMs : 0, onPress !== undefined);
    showPressed(list, pressed);
    tellPointed?.();
  };
  update(result);
  return Object.assign(figure, { update, press });
}

function draw(
  list: Selection<HTMLOListElement, unknown, null, undefined>,
  predictions: readonly ChartPrediction[],
  format: (probability: number) => string,
  durationMs: number,
  asButtons: boolean,
): void {
  const element = list.node()!;
  const before = list.selectChildren<HTMLLIElement, Bar>("li");
  // Without transitions nobody asks where the rows were, which would have the page laid out.
  const offsetBefore = new Map(durationMs > 0 ? before.nodes().map((row) => [row, row.offsetTop]) : []);
  const focused = before
    .nodes()
    .map(tabStopOf)
    .find((stop) => stop.matches(":focus"));

  const rows = before
    .data(withSlots(predictions, before.data()), (bar) => bar.slot)
    .join((enter) => createRow(enter, asButtons))
    .order()
    .attr("data-index", (bar) => bar.index)
    .attr("data-probability", (bar) => bar.probability);
  rows.select(".wideye-chart-label").text((bar) => spaced(bar.label));
  rows.select(".wideye-chart-superclass").text((bar) => spaced(bar.superclass ?? ""));
  rows.select(".wideye-chart-value").text((bar) => format(bar.probability));
  const bars = rows.select<SVGRectElement>("rect").attr("data-probability", (bar) => bar.probability);
  const width = (bar: Bar): string => `${percentOfWidth(bar.probability)}%`;

  const first = element.firstElementChild && tabStopOf(element.firstElementChild);
  // The focus of a row that is gone goes to the first one, not out of the chart.
  if (focused) (focused.isConnected ? focused : first)?.focus({ preventScroll: true });
  holdTabStop(element, focused?.isConnected ? focused : first);

  if (durationMs === 0) {
    bars.each((_, at, all) => interrupt(all[at]!)).attr("width", width);
    rows.each((_, at, all) => interrupt(all[at]!)).style("transform", null);
    return;
  }
  bars.transition().duration(durationMs).attr("width", width);
  rows.each(function () {
    const moved = (offsetBefore.get(this) ?? this.offsetTop) - this.offsetTop;
    if (moved === 0) return;
    const travelled = moved + shiftOf(this);
    interrupt(this);
    select(this)
      .style("transform", `translateY(${travelled}px)`)
      .transition()
      .duration(durationMs)
      .style("transform", "translateY(0px)")
      .on("end", function () {
        select(this).style("transform", null);
      });
  });
}

/** How far below its place a row is shown, in pixels, while it moves there. */
function shiftOf({ style }: HTMLElement): number {
  return Number(/(-?[\d.]+)px\)$/.exec(style.transform)?.[1] ?? 0);
}

function createRow(
  enter: Selection<import("d3-selection").EnterElement, Bar, HTMLOListElement, unknown>,
  asButton: boolean,
): Selection<HTMLLIElement, Bar, HTMLOListElement, unknown> {
  const row = enter.append("li").attr("class", "wideye-chart-row").attr("part", "row");
  if (asButton) {
    row.append("button").attr("class", "wideye-chart-button").attr("part", "toggle").attr("type", "button");
  }
  const face = row.select<HTMLElement>(function () {
    return tabStopOf(this);
  });
  const text = face.append("span").attr("class", "wideye-chart-text");
  text.append("span").attr("class", "wideye-chart-label").attr("part", "label");
  text.append("span").attr("class", "wideye-chart-superclass").attr("part", "superclass");
  face.append("span").attr("class", "wideye-chart-value").attr("part", "value");
  face
    .append(() => document.createElementNS(SVG, "svg"))
    .attr("class", "wideye-chart-track")
    .attr("part", "track")
    .attr("aria-hidden", "true")
    .append("rect")
    .attr("class", "wideye-chart-bar")
    .attr("part", "bar")
    .attr("width", "0%")
    .attr("height", "100%");
  return row;
}

// A class that stays keeps its row; the other rows are handed on in rank order, so that bars grow and
// shrink from where they are instead of vanishing.
function withSlots(predictions: readonly ChartPrediction[], before: readonly Bar[]): Bar[] {
  const kept = new Map(before.map((bar) => [identity(bar), bar.slot]));
  const taken = new Set(predictions.map((prediction) => kept.get(identity(prediction))));
  const free = [...before.map((bar) => bar.slot), ...Array(BARS).keys()].filter(
    (slot, position, all) => !taken.has(slot) && all.indexOf(slot) === position,
  );
  return predictions.map((prediction) => ({
    ...prediction,
    slot: kept.get(identity(prediction)) ?? free.shift()!,
  }));
}

function identity({ index, label }: ChartPrediction): string {
  return `${index} ${label}`;
}

function rove(list: HTMLOListElement, event: KeyboardEvent): void {
  if (event.altKey || event.ctrlKey || event.metaKey) return;
  const stops = [...list.children].map(tabStopOf);
  const current = stops.indexOf(event.target as HTMLElement);
  const last = stops.length - 1;
  const targets: Record<string, number> = {
    ArrowDown: Math.min(current + 1, last),
    ArrowUp: Math.max(current - 1, 0),
    Home: 0,
    End: last,
  };
  const target = targets[event.key];
  if (current < 0 || target === undefined) return;
  event.preventDefault();
  stops[target]!.focus();
}

function holdTabStop(list: HTMLOListElement, holder: Element | null): void {
  for (const stop of [...list.children].map(tabStopOf)) {
    stop.setAttribute("tabindex", stop === holder ? "0" : "-1");
  }
}

function tabStopOf(row: Element): HTMLElement {
  return row.querySelector("button") ?? (row as HTMLElement);
}

/** Tells of each change of the bar that is pointed at, and returns a function that looks again. */
function followPointing(list: HTMLOListElement, tell: (index: number | null) => void): () => void {
  let hovered: EventTarget | null = null;
  let told: number | null = null;
  const look = (): void => {
    const index = indexAt(list, hovered) ?? indexAt(list, list.querySelector(":focus-visible"));
    if (index !== told) tell((told = index));
  };
  const hover = (target: EventTarget | null): void => {
    hovered = target;
    look();
  };
  list.addEventListener("pointerover", ({ target }) => hover(target));
  list.addEventListener("pointerleave", () => hover(null));
  list.addEventListener("focusin", look);
  list.addEventListener("focusout", look);
  return look;
}

function followPresses(
  list: HTMLOListElement,
  pressed: () => number | null,
  tell: (index: number | null) => void,
): void {
  list.addEventListener("click", ({ target }) => {
    const index = indexAt(list, target);
    if (index !== null) tell(index === pressed() ? null : index);
  });
  list.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || pressed() === null) return;
    // A dialog around the chart stays open.
    event.preventDefault();
    tell(null);
  });
}

function showPressed(
  list: Selection<HTMLOListElement, unknown, null, undefined>,
  pressed: number | null,
): void {
  list
    .selectChildren<HTMLLIElement, Bar>("li")
    .select("button")
    .attr("aria-pressed", (bar) => bar.index === pressed);
}

/** The chart itself may lie in a row of another list. */
function indexAt(list: HTMLOListElement, target: EventTarget | null): number | null {
  const row = (target as Element | null)?.closest("li");
  return row?.isConnected && row.parentElement === list ? Number(row.dataset.index) : null;
}

function checkProbability({ label, probability }: ChartPrediction): void {
  if (!(probability >= 0 && probability <= 1)) {
    throw new RangeError(`expected a probability from 0 to 1 for ${label}, found ${probability}`);
  }
}

function percentage(locale: string | undefined): (probability: number) => string {
  const tenths = new Intl.NumberFormat(localeOf(locale), {
    style: "percent",
    minimumFractionDigits: 1,
    maximumFractionDigits: 1,
  });
  return (probability) =>
    probability > 0 && probability < 0.0005 ? `<${tenths.format(0.001)}` : tenths.format(probability);
}

/** The locale that a page's `lang` means, such as `en_US` by `en-US`; the browser's own where it means none. */
function localeOf(lang: string | undefined): string | undefined {
  try {
    return Intl.getCanonicalLocales(lang?.replaceAll("_", "-"))[0];
  } catch {
    return undefined;
  }
}

function spaced(name: string): string {
  return name.replaceAll("_", " ");
}

function prefersStillness(): boolean {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}
