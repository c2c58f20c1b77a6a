// @vitest-environment happy-dom
import { afterEach, describe, expect, it, vi } from "vitest";

import { fragmentOf, settingsIn } from "../src/sharing/link.js";
import { formatsOf } from "../src/words/format.js";
import { rememberedLanguage, rememberLanguage } from "../src/words/memory.js";

describe("the link", () => {
  const settings = { language: "de", fit: "contain", tool: "scene" } as const;

  it("carries the settings there and back", () => {
    expect(fragmentOf(settings)).toBe("#lang=de&fit=contain&tool=scene");
    expect(settingsIn("#lang=de&fit=contain&tool=scene")).toEqual(settings);
    expect(settingsIn(fragmentOf(settings))).toEqual(settings);
  });

  it.each([
    ["", {}],
    ["#", {}],
    ["#lang=fr&fit=zoom&tool=hammer", {}],
    ["#lang=toString&fit=__proto__", {}],
    ["#lang=%E0%A4%A&fit=fill", { fit: "fill" }],
    ["#LANG=de&fit=fill&fit=cover&picture=https://example.org/otter.jpg", { fit: "fill" }],
  ])("%o says no more than %o", (fragment, known) => {
    expect(settingsIn(fragment)).toEqual(known);
  });
});

it("percentages have the decimals that are asked for", () => {
  const { percent } = formatsOf("en");
  expect([percent(0.9115), percent(0.9115, 1), percent(0.004, 1)]).toEqual(["91%", "91.2%", "0.4%"]);
});

describe("the language", () => {
  afterEach(() => {
    vi.unstubAllGlobals();
    localStorage.clear();
  });

  it("is remembered", () => {
    expect(rememberedLanguage()).toBeNull();
    rememberLanguage("es");
    expect(rememberedLanguage()).toBe("es");
  });

  it("is not where the browser keeps nothing", () => {
    vi.stubGlobal("localStorage", undefined);
    expect(() => rememberLanguage("es")).not.toThrow();
    expect(rememberedLanguage()).toBeNull();
  });
});
