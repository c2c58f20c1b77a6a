import type { State } from "../state.js";
import { type Language, languages } from "./languages.js";

/** Offers the page's languages in a list. */
export function languageView(page: Document, choose: (language: Language) => void): (state: State) => void {
  const select = page.querySelector<HTMLSelectElement>("#language")!;
  for (const [tag, { name }] of Object.entries(languages)) {
    const option = new Option(name, tag);
    option.lang = tag;
    select.append(option);
  }
  select.addEventListener("change", () => choose(select.value as Language));
  return ({ language }) => {
    select.value = language;
  };
}
