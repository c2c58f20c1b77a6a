import { csvFormat } from "d3-dsv";

import { pathOf } from "../intake/pictures.js";
import type { Many } from "./many.js";

/** Answers and what gave them. Classes keep the data set's names in every language. */
export type Report = Pick<Many, "rows" | "fit" | "model"> & {
  /** The version of wideye. */
  readonly version: string;
};

// Without it spreadsheets take UTF-8 for something else.
const BYTE_ORDER_MARK = "\ufeff";

/** Returns a report as CSV: a line of names, then one line a picture, each with what gave the answer. */
export function csvOf({ rows, fit, model, version }: Report): string {
  const table = csvFormat(
    rows.map(({ file, seen, problem }) => ({
      file: pathOf(file),
      ...Object.fromEntries(
        [0, 1, 2, 3, 4].flatMap((at) => [
          [`class_${at + 1}`, seen?.predictions[at]?.label],
          [`probability_${at + 1}`, seen?.predictions[at]?.probability],
        ]),
      ),
      known: seen?.known,
      error: problem?.code,
      model: model?.name,
      model_sha256: model?.sha256,
      fit,
      wideye: version,
    })),
  );
  return BYTE_ORDER_MARK + table;
}

/** Returns a report as JSON. */
export function jsonOf({ rows, fit, model, version }: Report): string {
  const report = {
    wideye: version,
    model: model && { name: model.name, sha256: model.sha256 },
    fit,
    pictures: rows.map(({ file, seen, problem }) => ({
      file: pathOf(file),
      ...(seen ? { known: seen.known, predictions: seen.predictions } : { error: problem }),
    })),
  };
  return `${JSON.stringify(report, null, 2)}\n`;
}
