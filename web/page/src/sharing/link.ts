import type { Fit } from "wideye";

import { RIVALS, type Rival } from "../compare/compare.js";
import { type State, TOOLS, type Tool } from "../state.js";
import { chooseLanguage, type Language, languages } from "../words/languages.js";

/** What a link carries; never the picture. */
export interface Settings {
  readonly language: Language;
  readonly fit: Fit;
  readonly tool: Tool;
  readonly rival: Rival;
}

const FITS: readonly Fit[] = ["cover", "contain", "fill"];

/** What may stand for each setting, by its name in the link. */
const CHOICES: { readonly [Name in keyof Settings]: readonly [string, readonly string[]] } = {
  language: ["lang", Object.keys(languages)],
  fit: ["fit", FITS],
  tool: ["tool", TOOLS],
  rival: ["compare", RIVALS],
};

/** Returns the settings of a fragment such as `#lang=de&fit=contain&tool=compare&compare=wide`; others are left out. */
export function settingsIn(fragment: string): Partial<Settings> {
  const given = new URLSearchParams(fragment.replace(/^#/, ""));
  const known = Object.entries(CHOICES).flatMap(([setting, [name, values]]) => {
    const value = given.get(name);
    return value !== null && values.includes(value) ? [[setting, value]] : [];
  });
  return Object.fromEntries(known);
}

/**
 * Returns the fragment that carries the settings. The language is among them where it is not the one that `preferred`,
 * the browser's BCP 47 tags, leads to: what was never chosen is left to the browser of whoever gets the link.
 */
export function fragmentOf(
  { language, fit, tool, comparison: { rival } }: State,
  preferred: readonly string[],
): string {
  const settings: Partial<Settings> = {
    ...(language !== chooseLanguage(preferred) && { language }),
    fit,
    tool,
    rival,
  };
  const given = Object.entries(settings).map(([setting, value]) => [
    CHOICES[setting as keyof Settings][0],
    value,
  ]);
  return `#${new URLSearchParams(given)}`;
}
