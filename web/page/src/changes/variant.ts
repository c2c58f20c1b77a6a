import type { Classification } from "wideye";

import { bars } from "../bars.js";
import { formatsOf } from "../words/format.js";
import type { Words } from "../words/words.js";
import {
  type Adjustable,
  type Change,
  isAdjustable,
  RANGES,
  type Strengths,
  type Variant,
} from "./changes.js";

/** One changed picture beside the answer to the picture as it is. */
export interface Shown {
  readonly variant: Variant | undefined;
  readonly original: Classification | null;
  readonly strengths: Strengths;
  readonly words: Words;
}

/** Returns what shows a changed picture, its answer and its strength in a copy of index.html's template. */
export function variantView(
  place: HTMLElement,
  change: Change,
  setStrength: (change: Adjustable, strength: number) => void,
): (shown: Shown) => void {
  const heading = place.querySelector("h3")!;
  const canvas = place.querySelector("canvas")!;
  const context = canvas.getContext("2d", { willReadFrequently: true })!;
  const verdict = place.querySelector("p")!;
  const chart = place.querySelector<HTMLElement>(".change-bars")!;
  const strength = place.querySelector(".change-strength")!;
  const input = place.querySelector("input")!;
  const amount = place.querySelector(".change-amount")!;
  let drawn: Variant | undefined;
  let spoken: Words | undefined;

  if (isAdjustable(change)) {
    const { min, max, step } = RANGES[change];
    Object.assign(input, { min, max, step });
    input.addEventListener("input", () => setStrength(change, input.valueAsNumber));
  } else {
    strength.remove();
  }

  return ({ variant, original, strengths, words }) => {
    if (isAdjustable(change)) {
      const text = strengthIn(words, change, strengths[change]);
      input.valueAsNumber = strengths[change];
      input.setAttribute("aria-label", words.changes.names[change]);
      input.setAttribute("aria-valuetext", text);
      amount.textContent = text;
    }
    if (variant === drawn && words === spoken) return;
    [drawn, spoken] = [variant, words];
    const marked = original?.predictions[0]?.index;
    const first = variant?.predictions[0];
    heading.textContent = words.changes.names[change];
    canvas.setAttribute("aria-label", words.changes.pixels(words.changes.names[change]));
    context.clearRect(0, 0, canvas.width, canvas.height);
    if (variant) {
      const { data, width, height } = variant.pixels;
      Object.assign(canvas, { width, height });
      context.putImageData(new ImageData(data, width, height), 0, 0);
    }
    const same = first?.index === marked;
    place.toggleAttribute("data-other", first !== undefined && !same);
    verdict.textContent = first ? words.changes[same ? "same" : "other"](words.label(first.label)) : "";
    chart.replaceChildren();
    if (variant) chart.append(bars(variant.predictions, words, { name: words.changes.chart, marked }));
  };
}

function strengthIn(words: Words, change: Adjustable, strength: number): string {
  const { number, percent } = formatsOf(words.language);
  const share = change === "darker" || change === "noisy";
  return words.changes.strengths[change](share ? percent(strength) : number(strength, 2));
}
