import type { State } from "../state.js";
import { wordsOf } from "./languages.js";
import type { Words } from "./words.js";

/** Where an element's `data-*` attribute puts a text. */
const PLACES: Readonly<Record<string, (element: HTMLElement, text: string) => void>> = {
  text: (element, text) => {
    element.textContent = text;
  },
  label: (element, text) => element.setAttribute("aria-label", text),
  placeholder: (element, text) => element.setAttribute("placeholder", text),
  title: (element, text) => element.setAttribute("title", text),
  content: (element, text) => element.setAttribute("content", text),
};

/** Returns the text at a path such as `page.title`. */
export function textAt(words: Words, path: string): string {
  const text = path
    .split(".")
    .reduce<unknown>((part, name) => (part as Record<string, unknown> | undefined)?.[name], words);
  if (typeof text !== "string") throw new Error(`the words have no text ${path}`);
  return text;
}

/** Shows the texts that index.html names by `data-text`, `data-label`, `data-placeholder` and their kin. */
export function staticWordsView(page: Document): (state: State) => void {
  let shown = page.documentElement.lang;
  return ({ language }) => {
    if (language === shown) return;
    shown = language;
    const words = wordsOf(language);
    page.documentElement.lang = words.language;
    for (const [place, put] of Object.entries(PLACES)) {
      for (const element of page.querySelectorAll<HTMLElement>(`[data-${place}]`)) {
        put(element, textAt(words, element.dataset[place]!));
      }
    }
  };
}
