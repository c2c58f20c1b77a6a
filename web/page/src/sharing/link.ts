import type { Fit } from "wideye";

import { type State, TOOLS } from "../state.js";
import { languages } from "../words/languages.js";

/** What a link carries; never the picture. */
export type Settings = Pick<State, "language" | "fit" | "tool">;

const FITS: readonly Fit[] = ["cover", "contain", "fill"];

/** What may stand for each setting, by its name in the link. */
const CHOICES: { readonly [Name in keyof Settings]: readonly [string, readonly string[]] } = {
  language: ["lang", Object.keys(languages)],
  fit: ["fit", FITS],
  tool: ["tool", TOOLS],
};

/** Returns the settings of a link's fragment such as `#lang=de&fit=contain&tool=scene`; what it does not know is left out. */
export function settingsIn(fragment: string): Partial<Settings> {
  const given = new URLSearchParams(fragment.replace(/^#/, ""));
  const known = Object.entries(CHOICES).flatMap(([setting, [name, values]]) => {
    const value = given.get(name);
    return value !== null && values.includes(value) ? [[setting, value]] : [];
  });
  return Object.fromEntries(known);
}

/** Returns the fragment that carries these settings. */
export function fragmentOf(settings: Settings): string {
  const given = Object.entries(CHOICES).map(([setting, [name]]) => [
    name,
    settings[setting as keyof Settings],
  ]);
  return `#${new URLSearchParams(given)}`;
}
