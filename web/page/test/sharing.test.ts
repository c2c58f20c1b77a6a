// @vitest-environment happy-dom
import { afterEach, describe, expect, it, vi } from "vitest";

import { framed } from "../src/sharing/frame.js";
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

describe("the frame", () => {
  const picture = { width: 60, height: 40 };
  const all = { x: 0, y: 0, width: 1, height: 1 };

  it("is the crop, or the largest square in the middle", () => {
    // (60 - 40) / 2 = 10 on each side
    expect(framed(picture, "cover", null)).toEqual({ from: { x: 10, y: 0, width: 40, height: 40 }, to: all });
    expect(framed(picture, "cover", { x: 3, y: 5, side: 20 })).toEqual({
      from: { x: 3, y: 5, width: 20, height: 20 },
      to: all,
    });
  });

  it("is the whole picture, distorted or between two bands", () => {
    const whole = { x: 0, y: 0, ...picture };
    const crop = { x: 3, y: 5, side: 20 };
    expect(framed(picture, "fill", crop)).toEqual({ from: whole, to: all });
    // 40 / 60 of the height, (1 - 2 / 3) / 2 above
    const { from, to } = framed(picture, "contain", crop);
    expect(from).toEqual(whole);
    expect([to.x, to.width]).toEqual([0, 1]);
    expect(to.y).toBeCloseTo(1 / 6, 12);
    expect(to.height).toBeCloseTo(2 / 3, 12);
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
