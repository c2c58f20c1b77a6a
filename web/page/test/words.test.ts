import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

import samples from "../samples/index.json";
import { germanAlts, spanishAlts } from "../src/words/alts.js";
import { explained } from "../src/words/explained.js";
import { formatsOf } from "../src/words/format.js";
import { englishOnes, germanLabels, germanOnes, spanishLabels, spanishOnes } from "../src/words/labels.js";
import { chooseLanguage, languages } from "../src/words/languages.js";
import { textAt } from "../src/words/static.js";
import type { Words } from "../src/words/words.js";

const html = readFileSync(new URL("../index.html", import.meta.url), "utf8");
const card = JSON.parse(readFileSync(new URL("../../models/res9.json", import.meta.url), "utf8"));
const all = Object.entries(languages);

describe.each(all)("the words in %s", (tag, words: Words) => {
  it("say how sure an answer is, in four steps", () => {
    expect(new Set(Object.values(words.answer.certainty)).size).toBe(4);
  });

  it("give every code of the package an explanation of its own, where a visitor can meet it", () => {
    const codes = [
      "cors",
      "network",
      "not-an-image",
      "too-large",
      "bad-model",
      "unsupported-browser",
      "crashed",
      "address",
      "no-picture",
      "unreadable",
      "hidden-pixels",
      "camera-refused",
      "camera-missing",
      "camera-busy",
      "camera-gone",
      "internal",
      "unloaded",
    ];
    const titles = codes.map((code) => words.problems[code]!.title);
    expect(new Set(titles).size).toBe(codes.length);
    // The longest title that fits one line of the narrowest column.
    for (const title of titles) expect(title.length).toBeLessThanOrEqual(22);
  });

  it("say how many pictures are through and how many are left, one as well", () => {
    const { done, left, found } = words.many;
    const one = { en: "1 looked at", de: "1 angesehen", es: "Analizadas: 1" }[tag];
    const some = { en: "1 of 5 looked at", de: "1 von 5 angesehen", es: "Analizadas: 1 de 5" }[tag];
    const time = { en: "about 1 min left", de: "noch etwa 1 min", es: "tiempo restante: 1 min aprox." }[tag];
    expect([done("1", "1"), done("1", "5"), left("1 min")]).toEqual([one, some, time]);
    expect(found("1", "5")).toMatch(/: 1 \p{L}+ 5$/u);
  });

  it("have every text that index.html names", () => {
    expect(words.language).toBe(tag);
    const named = [...html.matchAll(/\sdata-(?:text|label|placeholder|title|content)="([^"]+)"/g)];
    expect(named.length).toBeGreaterThan(25);
    for (const [, path] of named) expect(textAt(words, path!)).not.toBe("");
  });

  it("name every class and superclass differently", () => {
    const names: string[] = [...card.test.by_class, ...card.test.by_superclass].map(({ label }) => label);
    expect(new Set(names.map(words.label)).size).toBe(names.length);
    for (const name of names) expect(words.label(name)).not.toContain("_");
  });
});

describe("labels", () => {
  it("are those of the data set", () => {
    const names = [...card.test.by_class, ...card.test.by_superclass].map(({ label }) => label).sort();
    expect(Object.keys(germanLabels).sort()).toEqual(names);
    expect(Object.keys(spanishLabels).sort()).toEqual(names);
  });

  it("have the singular of every superclass", () => {
    const names = card.test.by_superclass.map(({ label }: { label: string }) => label).sort();
    for (const ones of [englishOnes, germanOnes, spanishOnes]) {
      expect(Object.keys(ones).sort()).toEqual(names);
    }
  });
});

describe("alts", () => {
  it("are those of the sample pictures", () => {
    const alts = samples.map(({ alt }) => alt);
    expect(Object.keys(germanAlts)).toEqual(alts);
    expect(Object.keys(spanishAlts)).toEqual(alts);
  });
});

describe("explained", () => {
  const { problems } = languages.en;

  it("tells a network that is missing from a picture that is", () => {
    expect(explained({ code: "network" }, languages.en)).toBe(problems.network);
    expect(explained({ code: "network" }, languages.en, { loading: true })).toBe(problems.unloaded);
    expect(explained({ code: "crashed" }, languages.en, { loading: true })).toBe(problems.crashed);
    expect(explained({ code: "unheard of" }, languages.en)).toBe(problems.internal);
  });
});

describe("index.html", () => {
  it("has the English words, for those who have no script", () => {
    const texts = [...html.matchAll(/<(\w+)[^>]*\sdata-text="([^"]+)"[^>]*>([^<]*)<\/\1>/g)];
    expect(texts.length).toBeGreaterThan(15);
    for (const [, , path, text] of texts) {
      expect(text!.replace(/\s+/g, " ").trim()).toBe(textAt(languages.en, path!));
    }
  });
});

describe("chooseLanguage", () => {
  it.each([
    [["de-AT", "en"], "de"],
    [["fr", "es-MX"], "es"],
    [[null, undefined, "EN-gb"], "en"],
    [["fr", "toString"], "en"],
    [[], "en"],
  ])("of %j is %s", (preferred, language) => {
    expect(chooseLanguage(preferred)).toBe(language);
  });
});

describe("formats", () => {
  it.each([
    ["en", 0.04, "0.0"],
    ["en", 9.94, "9.9"],
    ["en", 9.96, "10"],
    ["en", 1234.5, "1,235"],
    ["de", 1234.5, "1.235"],
    ["de", 9.94, "9,9"],
  ])("write in %s %d milliseconds as %s", (language, ms, text) => {
    expect(formatsOf(language).milliseconds(ms)).toBe(text);
  });

  it.each([
    ["en", 11.2, "12 sec"],
    ["de", 59, "59 Sek."],
    ["es", 89, "1 min"],
  ])("write in %s %d seconds as %s", (language, seconds, text) => {
    expect(formatsOf(language).duration(seconds)).toBe(text);
  });

  it("write lists", () => {
    expect(formatsOf("en").list(["castle", "bridge"])).toBe("castle and bridge");
    expect(formatsOf("de").list(["Burg", "Brücke"])).toBe("Burg und Brücke");
    expect(formatsOf("es").list(["castillo"])).toBe("castillo");
  });

  it("write megabytes and shares", () => {
    expect(formatsOf("en").megabytes(26_350_000)).toBe("26.4");
    expect(formatsOf("en").percent(0.656)).toBe("66%");
    expect(formatsOf("de").percent(0.656)).toBe("66\u00a0%");
  });
});
