import { describe, expect, it } from "vitest";
import type { Classification, ModelInfo, Prediction } from "wideye";

import { certaintyOf } from "../src/answer/certainty.js";
import { groupOf } from "../src/answer/group.js";
import { sayingOf } from "../src/answer/saying.js";
import { noCamera } from "../src/camera/camera.js";
import { wordsOf } from "../src/words/languages.js";

const cats = "large_carnivores";
const sea = "aquatic_mammals";

/** A result from `[label, superclass, percent]`, likeliest first; superclasses are summed up. */
function resultOf(known: boolean | null, ...rows: [string, string, number][]): Classification {
  const predictions: Prediction[] = rows.map(([label, superclass, percent], index) => ({
    index,
    label,
    superclass,
    probability: percent / 100,
  }));
  const sums = new Map<string, number>();
  for (const [, superclass, percent] of rows) {
    sums.set(superclass, (sums.get(superclass) ?? 0) + percent);
  }
  const superclasses = [...sums]
    .map(([label, percent], index) => ({ index, label, probability: percent / 100 }))
    .sort((a, b) => b.probability - a.probability);
  return { predictions, superclasses, known } as unknown as Classification;
}

const split = resultOf(
  false,
  ["leopard", cats, 35],
  ["tiger", cats, 20],
  ["otter", sea, 15],
  ["lion", cats, 14],
  ["wolf", cats, 11],
  ["seal", sea, 5],
);

describe("groupOf", () => {
  it("is the superclass of classes that split, with those that make up most of it", () => {
    // 35 + 20 + 14 + 11 = 80 %; 35 + 20 + 14 = 69 % is less than 90 % of it, but three are enough.
    expect(groupOf(split)).toEqual({
      superclass: cats,
      probability: 0.8,
      classes: ["leopard", "tiger", "lion"],
    });
  });

  it("names two where two make up 90 % of it", () => {
    // 40 + 23 = 63 of 68 %, which is 93 %.
    const result = resultOf(
      null,
      ["otter", sea, 40],
      ["bear", cats, 32],
      ["seal", sea, 23],
      ["whale", sea, 5],
    );
    expect(groupOf(result)?.classes).toEqual(["otter", "seal"]);
  });

  it("may be another superclass than that of the likeliest class", () => {
    const result = resultOf(null, ["otter", sea, 36], ["lion", cats, 33], ["tiger", cats, 31]);
    expect(groupOf(result)).toMatchObject({ superclass: cats, classes: ["lion", "tiger"] });
  });

  it.each([
    [
      "one class is likelier than not",
      [
        ["lion", cats, 50],
        ["tiger", cats, 40],
        ["seal", sea, 10],
      ],
    ],
    [
      "no superclass is clear",
      [
        ["lion", cats, 30],
        ["tiger", cats, 29],
        ["seal", sea, 21],
        ["otter", sea, 20],
      ],
    ],
    ["there is no class", []],
  ] as [string, [string, string, number][]][])("is nothing where %s", (_, rows) => {
    expect(groupOf(resultOf(null, ...rows))).toBeNull();
  });

  it("is nothing where the network has no superclasses", () => {
    expect(groupOf({ predictions: split.predictions, superclasses: [] })).toBeNull();
  });
});

describe("sayingOf", () => {
  const ready = {
    network: { phase: "ready", info: { classes: 1234 } as ModelInfo },
    camera: noCamera,
  } as const;
  const of = (result: Classification, language: "en" | "de" | "es") =>
    sayingOf({ ...ready, look: { phase: "seen", result } }, wordsOf(language));

  it.each([
    ["en", "Probably a large carnivore", "leopard, tiger or lion"],
    ["de", "Wahrscheinlich ein großes Raubtier", "Leopard, Tiger oder Löwe"],
    ["es", "Probablemente: un gran carnívoro", "leopardo, tigre o león"],
  ] as const)("of a clear group in %s is %s: %s", (language, lead, text) => {
    expect(of(split, language)).toEqual({ lead, text });
  });

  it("follows Spanish where its or changes", () => {
    const result = resultOf(null, ["wolf", cats, 45], ["bear", cats, 45], ["seal", sea, 10]);
    expect(of(result, "es").text).toBe("lobo u oso");
  });

  const strange = resultOf(false, ["otter", sea, 20], ["lion", cats, 15], ["tree", "trees", 5]);
  it.each([
    ["en", "Nearest: otter", "None of the 1,234 things I know"],
    ["de", "Am ehesten: Otter", "Keins der 1.234 Dinge, die ich kenne"],
    ["es", "Lo más cercano: nutria", "Ninguna de las 1234 cosas que conozco"],
  ] as const)("of nothing known in %s is %s: %s", (language, lead, text) => {
    expect(of(strange, language)).toEqual({ lead, text });
  });

  it("of one likely class is how sure that is", () => {
    const result = resultOf(true, ["otter", sea, 70], ["lion", cats, 30]);
    expect(of(result, "en")).toEqual({ lead: "Probably", text: "otter" });
  });

  it("tells how sure an answer is, in four steps", () => {
    expect([1, 0.9, 0.89, 0.6, 0.59, 0.3, 0.29].map(certaintyOf)).toEqual([
      ...["certain", "certain", "probable", "probable", "possible", "possible", "guess"],
    ]);
  });

  it("of what went wrong is its title", () => {
    const state = { ...ready, look: { phase: "none" } } as const;
    const words = wordsOf("en");
    expect(sayingOf(state, words, { title: "Too large", advice: "" })).toEqual({
      lead: words.answer.failed,
      text: "Too large",
    });
    expect(sayingOf(state, words)).toBe(words.answer.ready);
  });
});
