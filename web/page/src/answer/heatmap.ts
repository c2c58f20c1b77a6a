import { heatmap } from "wideye";

import { framed, shown } from "../picture/frame.js";
import { sizeShown } from "../picture/view.js";
import type { State } from "../state.js";
import { wordsOf } from "../words/languages.js";
import { mappedClass, strongestNinth } from "./map.js";

// Sixteen pixels for each cell of the map, and little enough for a camera's frames.
const SIDE = 128;
const SCALE_STEPS = 64;

/** Lays over the picture what speaks for a class, with a legend in place of the hint. */
export function heatmapView(page: Document): (state: State) => void {
  const canvas = page.querySelector<HTMLCanvasElement>("#heatmap")!;
  const hint = page.querySelector<HTMLElement>("#heatmap-hint")!;
  const legend = page.querySelector<HTMLElement>("#heatmap-legend")!;
  const what = page.querySelector<HTMLElement>("#heatmap-what")!;
  drawScale(page.querySelector<HTMLCanvasElement>("#heatmap-scale")!);
  let drawn: readonly unknown[] = [];

  return (state) => {
    const { look, language } = state;
    const size = sizeShown(state);
    const index = mappedClass(state);
    const mapped = look.phase === "seen" && size !== null && index !== null;
    canvas.hidden = !mapped;
    legend.hidden = !mapped;
    hint.hidden = mapped || look.phase === "none" || look.phase === "failed";
    if (!mapped) return;

    const { activationMaps, predictions } = look.result;
    const words = wordsOf(language);
    const name = words.label(predictions.find((prediction) => prediction.index === index)!.label);
    const ninth = strongestNinth(activationMaps!, index);
    what.textContent = words.heatmap.legend(name);
    canvas.setAttribute(
      "aria-label",
      ninth === null ? words.heatmap.unseen(name) : words.heatmap.seen(name, ninth),
    );
    for (const [side, share] of Object.entries(shown(framed(size, state), size))) {
      canvas.style.setProperty(`--${side}`, `${100 * share}%`);
    }
    if (drawn[0] === activationMaps && drawn[1] === index) return;
    drawn = [activationMaps, index];
    canvas.getContext("2d")!.putImageData(heatmap(look.result, index, { width: SIDE, height: SIDE }), 0, 0);
  };
}

/** The colours from nothing to most, as the map has them. */
function drawScale(canvas: HTMLCanvasElement): void {
  const values = Float32Array.from({ length: SCALE_STEPS }, (_, step) => step);
  const scale = heatmap({ activationMaps: { width: SCALE_STEPS, height: 1, values } }, 0, {
    width: SCALE_STEPS,
    height: 1,
  });
  canvas.getContext("2d")!.putImageData(scale, 0, 0);
}
