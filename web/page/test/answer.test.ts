// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { ModelInfo } from "wideye";

import html from "../index.html?raw";
import { answerView } from "../src/answer/view.js";
import { type State, Store } from "../src/state.js";
import { classification } from "./fixtures.js";

const ready: State["network"] = { phase: "ready", info: { classes: 2 } as ModelInfo };
const predictions = ["otter", "seal"].map((label, index) => ({
  index,
  label,
  superclass: null,
  probability: 0.5,
}));
const seen = (): State["look"] => ({ phase: "seen", result: classification({ predictions }) });
const failed = (code: string): State["look"] => ({ phase: "failed", problem: { code, message: "" } });
const find = (selector: string) => document.querySelector<HTMLElement>(selector)!;

let store: Store;

beforeEach(() => {
  vi.stubGlobal("matchMedia", () => ({ matches: true }));
  document.body.innerHTML = /<body>.*<\/body>/s.exec(html)![0];
  store = new Store();
  store.show(answerView(document, { point: () => {}, pin: () => {} }));
  store.change({ network: ready, look: seen() });
});
afterEach(() => vi.unstubAllGlobals());

describe("trying again", () => {
  it.each([
    ["crashed", false],
    ["not-an-image", true],
    ["unreadable", true],
  ])("after %s: hidden %s", (code, hidden) => {
    store.change({ look: failed(code) });
    expect(find("#retry").hidden).toBe(hidden);
  });

  it("is offered where the network is missing", () => {
    store.change({ network: { phase: "failed", problem: { code: "network", message: "" } } });
    expect(find("#retry").hidden).toBe(false);
    store.change({ network: ready });
    expect(find("#retry").hidden).toBe(true);
  });
});

describe("the focus on a bar", () => {
  it.each<[string, Partial<State>]>([
    ["a picture fails", { look: failed("not-an-image") }],
    ["the picture is put away", { look: { phase: "none" } }],
    ["the network is loaded again", { network: { phase: "loading", loaded: 0, total: null } }],
    ["the language changes", { language: "de" }],
  ])("goes to the file field where %s", (_, part) => {
    find("#chart button").focus();
    store.change(part);
    expect(document.activeElement).toBe(find("#file"));
  });

  it("stays with the next answer, and goes nowhere from anywhere else", () => {
    const bar = find("#chart button");
    bar.focus();
    store.change({ look: { phase: "looking" } });
    store.change({ look: seen() });
    expect(document.activeElement).toBe(bar);
    find("#url").focus();
    store.change({ look: failed("not-an-image") });
    expect(document.activeElement).toBe(find("#url"));
  });
});
