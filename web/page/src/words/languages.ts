import { german } from "./de.js";
import { english } from "./en.js";
import { spanish } from "./es.js";
import type { Words } from "./words.js";

/** The page's languages by their BCP 47 tags. */
export const languages = { en: english, de: german, es: spanish } satisfies Record<string, Words>;

/** A language that the page speaks. */
export type Language = keyof typeof languages;

/** Returns the words of a language. */
export function wordsOf(language: Language): Words {
  return languages[language];
}

/** Returns the first of the preferred BCP 47 tags that the page speaks, English where it speaks none. */
export function chooseLanguage(preferred: readonly (string | null | undefined)[]): Language {
  for (const tag of preferred) {
    const language = tag?.split("-")[0]?.toLowerCase();
    if (language && Object.hasOwn(languages, language)) return language as Language;
  }
  return "en";
}
