import { describe, expect, it } from "vitest";

import { cardOf, cards } from "../src/cards.js";

describe("cardOf", () => {
  const { sha256, size_bytes: sizeBytes } = cards.wide;
  it.each([
    ["the hash", { name: "renamed", sha256, sizeBytes: 1 }, cards.wide],
    ["name and size, where there is no hash", { name: "wide", sha256: null, sizeBytes }, cards.wide],
    ["not the size alone", { name: "mine", sha256: null, sizeBytes }, undefined],
    ["not the name alone", { name: "wide", sha256: null, sizeBytes: 1 }, undefined],
    ["not name and size, where the hash is another", { name: "wide", sha256: "0", sizeBytes }, undefined],
  ])("goes by %s", (_, info, card) => {
    expect(cardOf(info)).toBe(card);
  });

  it("has the accuracy of each class", () => {
    for (const { test } of Object.values(cards)) {
      // A hundred images of each class: their mean is that of all.
      const sum = test.by_class.reduce((total, { top1 }) => total + top1, 0);
      expect(sum / test.by_class.length).toBeCloseTo(test.accuracy.top1, 6);
    }
  });
});
