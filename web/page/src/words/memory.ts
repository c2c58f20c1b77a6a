const KEY = "wideye.language";

/** Returns the language that the visitor chose before, as it was stored; null where there is none. */
export function rememberedLanguage(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}

/** Keeps the visitor's choice, where the browser lets the page keep anything. */
export function rememberLanguage(language: string): void {
  try {
    localStorage.setItem(KEY, language);
  } catch {
    // The choice then lasts as long as the page.
  }
}
