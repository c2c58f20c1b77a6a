import { pathOf } from "../intake/pictures.js";
import { explained } from "../words/explained.js";
import { folded } from "../words/folded.js";
import type { Words } from "../words/words.js";
import type { Column, Order, Row } from "./many.js";

/** Rows on one page of the table. */
export const PAGE_ROWS = 50;

/**
 * Returns the rows that match a filter in their order; equal ones stay as the files are, and those without an
 * answer come last.
 */
export function arranged(
  rows: readonly Row[],
  { column, descending }: Order,
  filter: string,
  words: Words,
): readonly Row[] {
  const { compare } = new Intl.Collator(words.language);
  const sought = folded(filter.trim());
  const sign = descending ? -1 : 1;
  return rows
    .filter((row) => sought === "" || folded(textOf(row, words)).includes(sought))
    .map((row) => ({ row, key: keyOf(row, column, words) }))
    .sort(({ key: a }, { key: b }) => {
      if (a === null || b === null) return Number(a === null) - Number(b === null);
      return sign * (typeof a === "string" ? compare(a, b as string) : a - (b as number));
    })
    .map(({ row }) => row);
}

function keyOf({ position, seen }: Row, column: Column, { label }: Words): string | number | null {
  if (column === "name") return position;
  const [first, second] = seen?.predictions ?? [];
  switch (column) {
    case "first":
      return first ? label(first.label) : null;
    case "probability":
      return first?.probability ?? null;
    case "second":
      return second ? label(second.label) : null;
    case "known":
      return seen?.known == null ? null : Number(seen.known);
  }
}

function textOf({ file, seen, problem }: Row, words: Words): string {
  const found = seen
    ? seen.predictions.slice(0, 2).map(({ label }) => words.label(label))
    : [explained(problem, words, { loading: true }).title];
  return [pathOf(file), ...found].join("\n");
}

/** Returns the page to show of so many rows: in another language a filter may leave fewer than the `wanted` page needs. */
export function pageAmong(rows: number, wanted: number): number {
  return Math.min(wanted, Math.max(0, Math.ceil(rows / PAGE_ROWS) - 1));
}
