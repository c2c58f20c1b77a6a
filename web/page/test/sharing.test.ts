// @vitest-environment happy-dom
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";

import { noComparison } from "../src/compare/compare.js";
import { followLink } from "../src/sharing/follow.js";
import { fragmentOf, settingsIn } from "../src/sharing/link.js";
import { COLOURS } from "../src/sharing/result.js";
import { startSharing } from "../src/sharing/share.js";
import { initialState, Store } from "../src/state.js";
import { formatsOf } from "../src/words/format.js";
import { rememberedLanguage, rememberLanguage } from "../src/words/memory.js";

describe("the link", () => {
  const settings = { language: "de", fit: "contain", tool: "scene" } as const;

  it("carries the settings there and back", () => {
    const fragment = "#lang=de&fit=contain&tool=scene&compare=wide";
    const comparison = { ...noComparison, rival: "wide" } as const;
    expect(fragmentOf({ ...initialState, ...settings, comparison }, ["en-GB"])).toBe(fragment);
    expect(settingsIn(fragment)).toEqual({ ...settings, rival: "wide" });
  });

  it("says nothing of a language that nobody has chosen", () => {
    expect(fragmentOf({ ...initialState, ...settings }, ["fr", "de-AT", "en"])).toBe(
      "#fit=contain&tool=scene&compare=narrow",
    );
  });

  it.each([
    ["", {}],
    ["#", {}],
    ["#lang=fr&fit=zoom&tool=hammer&compare=res9", {}],
    ["#lang=toString&fit=__proto__", {}],
    ["#lang=%E0%A4%A&fit=fill", { fit: "fill" }],
    ["#LANG=de&fit=fill&fit=cover&picture=https://example.org/otter.jpg", { fit: "fill" }],
  ])("%o says no more than %o", (fragment, known) => {
    expect(settingsIn(fragment)).toEqual(known);
  });
});

describe("startSharing", () => {
  it("does nothing while a new picture is looked at", async () => {
    const store = new Store();
    const picture = { source: new Blob(), name: "otter.png", alt: "otter" };
    const preview = { url: "blob:otter", picture, width: 3, height: 2 };
    store.change({ picture, preview, look: { phase: "looking" } });
    await startSharing(store)("download");
    expect(store.state.sharing).toBeNull();
  });
});

describe("the page", () => {
  const setters = { setFit: vi.fn(), choose: vi.fn() };
  const goTo = (fragment: string): void => {
    location.hash = fragment;
    dispatchEvent(new Event("hashchange"));
  };

  it("follows the link, and lets be what is as it says", () => {
    location.hash = "#lang=es&fit=cover&compare=wide";
    const store = new Store();
    followLink(store, setters);
    expect(store.state).toMatchObject({ language: "es", tool: "changes" });
    expect(setters.choose.mock.calls).toEqual([["wide"]]);
    goTo("#tool=many&fit=fill&compare=narrow");
    expect(store.state).toMatchObject({ language: "es", tool: "many" });
    expect(setters.choose).toHaveBeenCalledTimes(1);
    expect(setters.setFit.mock.calls).toEqual([["fill"]]);
    goTo("");
    expect(store.state).toMatchObject({ language: "es", tool: "many" });
  });

  it("has the link say what is set afterwards", () => {
    location.hash = "#fit=fill&tool=many";
    const store = new Store();
    followLink(store, { setFit: (fit) => store.change({ fit }), choose: vi.fn() });
    expect(location.hash).toBe("#fit=fill&tool=many&compare=narrow");
    store.change({ tool: "scene" });
    expect(location.hash).toBe("#fit=fill&tool=scene&compare=narrow");
    // The browser tells of another address only after a while.
    location.hash = "#fit=contain";
    store.change({ tool: "classes" });
    expect(location.hash).toBe("#fit=contain");
    goTo("");
    store.change({ tool: "many" });
    expect(location.hash).toBe("");
  });
});

it("the result picture has the light colours of the page", () => {
  const tokens = readFileSync(join(import.meta.dirname, "../styles/tokens.css"), "utf8");
  for (const [name, colour] of Object.entries(COLOURS)) {
    expect(tokens).toContain(`--${name}: light-dark(${colour}, `);
  }
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
