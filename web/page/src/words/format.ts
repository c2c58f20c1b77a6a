/** Numbers as one language writes them. */
export interface Formats {
  /** A duration in milliseconds, with one decimal below ten. */
  milliseconds(ms: number): string;
  /** A number of bytes in megabytes of a million, with one decimal. */
  megabytes(bytes: number): string;
  /** A share from 0 to 1 in percent, whole or with one decimal. */
  percent(share: number, digits?: 0 | 1): string;
  /** A number with the language's separators, at most `digits` decimals. */
  number(value: number, digits?: 0 | 1 | 2): string;
  /** Seconds, or from a minute on minutes, with their unit. */
  duration(seconds: number): string;
  /** Several things in a sentence, as in "castle and bridge". */
  list(things: readonly string[]): string;
}

const made = new Map<string, Formats>();

/** Returns the formats of a language by its BCP 47 tag. */
export function formatsOf(language: string): Formats {
  const known = made.get(language);
  if (known) return known;
  const tenths = new Intl.NumberFormat(language, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
  const rounded = [0, 1, 2].map(
    (digits) => new Intl.NumberFormat(language, { maximumFractionDigits: digits }),
  );
  const percent = new Intl.NumberFormat(language, { style: "percent", maximumFractionDigits: 0 });
  const and = new Intl.ListFormat(language, { type: "conjunction" });
  const percentTenths = new Intl.NumberFormat(language, {
    style: "percent",
    minimumFractionDigits: 1,
    maximumFractionDigits: 1,
  });
  const [inSeconds, inMinutes] = ["second", "minute"].map(
    (unit) => new Intl.NumberFormat(language, { style: "unit", unit, maximumFractionDigits: 0 }),
  );
  const formats: Formats = {
    milliseconds: (ms) => (ms < 9.95 ? tenths : rounded[0]!).format(ms),
    megabytes: (bytes) => tenths.format(bytes / 1e6),
    percent: (share, digits = 0) => (digits ? percentTenths : percent).format(share),
    number: (value, digits = 0) => rounded[digits]!.format(value),
    duration: (seconds) =>
      seconds < 60 ? inSeconds!.format(Math.ceil(seconds)) : inMinutes!.format(seconds / 60),
    list: (things) => and.format(things),
  };
  made.set(language, formats);
  return formats;
}
