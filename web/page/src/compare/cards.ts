import type { Accuracy, ModelInfo } from "wideye";
import narrow from "wideye/models/narrow.json";
import res9 from "wideye/models/res9.json";
import wide from "wideye/models/wide.json";

import type { Rival } from "./compare.js";

/** What is known of a network beforehand. */
export interface Card {
  readonly sha256: string;
  readonly size_bytes: number;
  /** Multiply-adds for one picture. */
  readonly macs: number;
  readonly test: { readonly images: number; readonly accuracy: Accuracy; readonly greyscale: Accuracy };
}

export const rivalCards: Readonly<Record<Rival, Card>> = { narrow, wide };

/** Returns the card of a file by its hash, or by its size where the browser computes none; another's has no card. */
export function cardOf({ sha256, sizeBytes }: Pick<ModelInfo, "sha256" | "sizeBytes">): Card | undefined {
  return [res9, narrow, wide].find((card) =>
    sha256 === null ? card.size_bytes === sizeBytes : card.sha256 === sha256,
  );
}
