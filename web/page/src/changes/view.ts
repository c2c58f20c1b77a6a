import type { State } from "../state.js";
import { wordsOf } from "../words/languages.js";
import { type Adjustable, CHANGES } from "./changes.js";
import { storyOf } from "./story.js";
import { variantView } from "./variant.js";

/** Shows the changed pictures with their answers, and how strong the changes are. */
export function changesView(
  page: Document,
  setStrength: (change: Adjustable, strength: number) => void,
): (state: State) => void {
  const summary = page.querySelector<HTMLElement>("#changes-summary")!;
  const story = page.querySelector<HTMLElement>("#changes-story")!;
  const list = page.querySelector<HTMLElement>("#changes")!;
  const template = page.querySelector<HTMLTemplateElement>("#change")!;
  const places = CHANGES.map((change) => {
    const place = template.content.firstElementChild!.cloneNode(true) as HTMLElement;
    list.append(place);
    return variantView(place, change, setStrength);
  });

  return (state) => {
    const { look, changes } = state;
    const words = wordsOf(state.language);
    const original = look.phase === "seen" || look.phase === "looking" ? changes.original : null;
    const variants = original ? changes.variants : [];
    list.setAttribute("aria-busy", String(look.phase === "seen" && look.result !== original));
    const { title, advice } = storyOf(state, original, words);
    summary.textContent = title;
    story.textContent = advice;
    for (const [position, show] of places.entries()) {
      show({ variant: variants[position], original, strengths: changes.strengths, words });
    }
  };
}
