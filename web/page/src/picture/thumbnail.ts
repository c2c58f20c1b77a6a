import type { Classification } from "wideye";

import type { State } from "../state.js";
import { wordsOf } from "../words/languages.js";

/** Shows the pixels that the network sees and the choice of fit. */
export function thumbnailView(page: Document): (state: State) => void {
  const canvas = page.querySelector<HTMLCanvasElement>("#thumbnail")!;
  const context = canvas.getContext("2d", { willReadFrequently: true })!;
  const choices = page.querySelectorAll<HTMLInputElement>("#fit input");
  let drawn: Classification["thumbnail"];

  return ({ look, fit, language }) => {
    for (const choice of choices) choice.checked = choice.value === fit;
    if (look.phase === "looking") return;
    const thumbnail = look.phase === "seen" ? look.result.thumbnail : undefined;
    const words = wordsOf(language).thumbnail;
    canvas.setAttribute("aria-label", thumbnail ? words.seen(thumbnail.width, thumbnail.height) : words.none);
    if (thumbnail === drawn) return;
    drawn = thumbnail;
    if (thumbnail) {
      canvas.width = thumbnail.width;
      canvas.height = thumbnail.height;
      context.putImageData(new ImageData(thumbnail.data, thumbnail.width, thumbnail.height), 0, 0);
    } else {
      context.clearRect(0, 0, canvas.width, canvas.height);
    }
  };
}
