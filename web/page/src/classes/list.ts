import { folded } from "../words/folded.js";
import type { Order } from "./classes.js";

/** A class of the list. */
export interface Entry {
  readonly index: number;
  /** As the data set spells it. */
  readonly label: string;
  /** As the page shows it. */
  readonly name: string;
  /** As the page shows it; null where there is none. */
  readonly superclass: string | null;
  /** Top-1, 0 to 1; null where it is not known. */
  readonly accuracy: number | null;
}

/** Classes below one heading, or below none. */
export interface Section {
  readonly heading: string | null;
  readonly entries: readonly Entry[];
}

/** Returns the classes whose shown or English name contains a text, whatever its case and accents. */
export function matching(entries: readonly Entry[], query: string): readonly Entry[] {
  const sought = folded(query.trim());
  return entries.filter(({ name, label }) =>
    [name, label.replaceAll("_", " ")].some((text) => folded(text).includes(sought)),
  );
}

/** Returns the classes by group, by name, or the most often right ones first; ties are by name. */
export function arranged(entries: readonly Entry[], order: Order, language: string): readonly Section[] {
  const { compare } = new Intl.Collator(language);
  const sorted = [...entries].sort((a, b) => compare(a.name, b.name));
  if (order === "accuracy") sorted.sort((a, b) => (b.accuracy ?? 0) - (a.accuracy ?? 0));
  if (order !== "group") return [{ heading: null, entries: sorted }];
  const headings = [...new Set(sorted.map(({ superclass }) => superclass))];
  return headings
    .sort((a, b) => compare(a ?? "", b ?? ""))
    .map((heading) => ({ heading, entries: sorted.filter(({ superclass }) => superclass === heading) }));
}
