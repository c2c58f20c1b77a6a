import { select } from "d3-selection";
import type { Prediction } from "wideye";

import { formatsOf } from "./words/format.js";
import type { Words } from "./words/words.js";

const SVG = "http://www.w3.org/2000/svg";

/** How the bars are named, and which class has the accent, by its index. */
export interface BarsOptions {
  readonly name: string;
  readonly marked: number | undefined;
}

/** Returns a list with a bar for each class, as wide as its probability's share of the list. */
export function bars(
  predictions: readonly Prediction[],
  words: Words,
  { name, marked }: BarsOptions,
): HTMLOListElement {
  const { percent } = formatsOf(words.language);
  const list = document.createElement("ol");
  const rows = select(list)
    .attr("class", "bars")
    // Safari takes an unstyled list's role away; naming it keeps it.
    .attr("role", "list")
    .attr("aria-label", name)
    .selectAll("li")
    .data(predictions)
    .join("li")
    .classed("bars-marked", ({ index }) => index === marked);
  rows
    .append("span")
    .attr("class", "bars-label")
    .text(({ label }) => words.label(label));
  rows
    .append("span")
    .attr("class", "bars-value")
    .text(({ probability }) => percent(probability));
  rows
    .append(() => document.createElementNS(SVG, "svg"))
    .attr("class", "bars-track")
    .attr("aria-hidden", "true")
    .append("rect")
    .attr("width", ({ probability }) => `${100 * probability}%`)
    .attr("height", "100%");
  return list;
}
