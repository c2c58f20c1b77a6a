import type { Accuracy, ModelInfo } from "wideye";
import narrow from "wideye/models/narrow.json";
import res9 from "wideye/models/res9.json";
import wide from "wideye/models/wide.json";

/** What is known of a network beforehand; accuracies are shares from 0 to 1. */
export interface Card {
  readonly sha256: string;
  readonly size_bytes: number;
  /** Multiply-adds for one picture. */
  readonly macs: number;
  readonly test: {
    readonly images: number;
    readonly accuracy: Accuracy;
    readonly greyscale: Accuracy;
    readonly by_class: readonly { readonly label: string; readonly top1: number }[];
  };
}

/** The cards of the networks that travel with the page, by their names. */
export const cards = { res9, narrow, wide } as const satisfies Readonly<Record<string, Card>>;

/**
 * Returns the card of a network by its file's hash, or by its name and size where the browser computes no hash;
 * another file has no card.
 */
export function cardOf({
  name,
  sha256,
  sizeBytes,
}: Pick<ModelInfo, "name" | "sha256" | "sizeBytes">): Card | undefined {
  const known = Object.entries<Card>(cards).find(([title, card]) =>
    sha256 === null ? title === name && card.size_bytes === sizeBytes : card.sha256 === sha256,
  );
  return known?.[1];
}
