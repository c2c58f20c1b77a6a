import type { Picture, State } from "../state.js";

/** Scrolls the answer to a new picture into view, with the sample pictures, where the window is too small for all. */
export function answerRevealed(page: Document): (state: State) => void {
  const samples = page.querySelector("#samples")!;
  const outcome = page.querySelector(".outcome")!;
  let revealed: Picture | null = null;

  return ({ picture }) => {
    if (picture === revealed) return;
    revealed = picture;
    const { top, bottom } = outcome.getBoundingClientRect();
    const middle = (top + bottom) / 2;
    if (picture === null || (middle > 0 && middle < innerHeight)) return;
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    samples.scrollIntoView({ behavior: still ? "instant" : "smooth" });
  };
}
