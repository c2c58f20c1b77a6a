import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Classification, Classifier, CreateOptions, ModelInfo, Pixels } from "wideye";

import { cards } from "../src/cards.js";
import { noComparison, withPair } from "../src/compare/compare.js";
import { type RivalControls, startRival } from "../src/compare/rival.js";
import { median, sidesOf } from "../src/compare/sides.js";
import { initialState, Store } from "../src/state.js";
import { classification } from "./fixtures.js";

const { createClassifier } = vi.hoisted(() => ({
  createClassifier: vi.fn<(options: CreateOptions) => Promise<Classifier>>(),
}));
vi.mock("wideye", () => ({ createClassifier, ClassifierError: class extends Error {} }));
vi.mock("wideye/models/narrow.onnx?url", () => ({ default: "narrow-1a2b.onnx" }));
vi.mock("wideye/models/wide.onnx?url", () => ({ default: "wide-3c4d.onnx" }));

const thumbnail: Pixels = { width: 1, height: 1, data: new Uint8ClampedArray([10, 20, 30, 255]) };
const answer = (label: string, pixels?: Pixels): Classification =>
  classification({
    predictions: [{ index: 0, label, superclass: null, probability: 1 }],
    ...(pixels && { thumbnail: pixels }),
  });
const seen = (label: string) => ({ phase: "seen", result: answer(label, thumbnail) }) as const;

describe("the time of an answer", () => {
  it.each([
    [[], undefined],
    [[9], 9],
    [[80, 7, 9], 9],
    // (7 + 9) / 2
    [[80, 7, 9, 6], 8],
  ])("of %j is the median", (times, expected) => {
    expect(median(times)).toBe(expected);
  });

  it("is of the latest five", () => {
    const took = (inferMs: number) => classification({ timings: { decodeMs: 0, resizeMs: 0, inferMs } });
    let comparison = noComparison;
    for (const ms of [90, 1, 2, 3, 4, 5]) {
      comparison = { ...comparison, ...withPair(comparison, { own: took(ms), other: took(10 * ms) }) };
    }
    expect(comparison.timesMs).toEqual({ own: [1, 2, 3, 4, 5], other: [10, 20, 30, 40, 50] });
  });
});

describe("sidesOf", () => {
  const own = answer("otter");
  const other = answer("seal");
  const state = { ...initialState, comparison: { ...initialState.comparison, pair: { own, other } } };

  it("keeps both answers while the next picture is looked at", () => {
    const { own: left, other: right } = sidesOf({ ...state, look: { phase: "looking" } });
    expect([left.answer, right.answer]).toEqual([own, other]);
  });

  it("has no answers of two pictures side by side", () => {
    const look = { phase: "seen", result: answer("castle") } as const;
    const { own: left, other: right } = sidesOf({ ...state, look });
    expect([left.answer, right.answer]).toEqual([own, other]);
    const alone = sidesOf({ ...initialState, look });
    expect([alone.own.answer, alone.other.answer]).toEqual([look.result, undefined]);
  });

  it("has neither for a picture that cannot be read", () => {
    const problem = { code: "not-an-image", message: "" };
    const { own: left, other: right } = sidesOf({ ...state, look: { phase: "failed", problem } });
    expect([left.answer, right.answer]).toEqual([undefined, undefined]);
  });

  it("takes the rival's figures beforehand, and none for another file", () => {
    expect(sidesOf(state).other).toMatchObject({ name: "narrow", card: cards.narrow });
    const info = { sha256: "0" } as ModelInfo;
    const comparison = { ...state.comparison, network: { phase: "ready", info } as const };
    expect(sidesOf({ ...state, comparison }).other.card).toBeUndefined();
  });
});

describe("startRival", () => {
  const classify = vi.fn<(image: ImageData) => Promise<Classification>>();
  const close = vi.fn();
  const loaded = { modelInfo: { name: "narrow-1a2b" }, classify, close } as unknown as Classifier;
  const addresses = () => createClassifier.mock.calls.map(([{ model }]) => String(model));
  const phase = () => store.state.comparison.network.phase;
  let store: Store;
  let rival: RivalControls;

  beforeEach(() => {
    vi.useFakeTimers();
    vi.resetAllMocks();
    vi.stubGlobal("document", { baseURI: "https://a.example/some/where/" });
    vi.stubGlobal("ImageData", class {});
    createClassifier.mockResolvedValue(loaded);
    classify.mockImplementation(async () => answer("seal"));
    store = new Store();
    rival = startRival(store);
  });

  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  it("loads nothing before its tool is opened, then one network, with its progress", async () => {
    store.change({ look: seen("otter") });
    expect(createClassifier).not.toHaveBeenCalled();
    store.change({ tool: "compare" });
    expect(addresses()).toEqual(["https://a.example/some/where/narrow-1a2b.onnx"]);
    createClassifier.mock.calls[0]![0].onProgress!({ part: "model", loaded: 3, total: 7 });
    createClassifier.mock.calls[0]![0].onProgress!({ part: "wasm", loaded: 5, total: 9 });
    expect(store.state.comparison.network).toEqual({ phase: "loading", loaded: 3, total: 7 });
    await vi.runAllTimersAsync();
    expect(phase()).toBe("ready");
    expect(createClassifier).toHaveBeenCalledTimes(1);
  });

  it("answers the pixels of each answer of the page's own network", async () => {
    store.change({ tool: "compare", look: seen("otter") });
    await vi.runAllTimersAsync();
    const look = seen("beaver");
    store.change({ look });
    await vi.runAllTimersAsync();
    expect(store.state.comparison.pair).toEqual({ own: look.result, other: answer("seal") });
    expect(classify).toHaveBeenCalledTimes(2);
  });

  it("takes another network in its place", async () => {
    store.change({ tool: "compare", look: seen("otter") });
    await vi.runAllTimersAsync();
    rival.choose("wide");
    expect(store.state.comparison).toMatchObject({
      rival: "wide",
      network: { phase: "loading" },
      pair: null,
    });
    await vi.runAllTimersAsync();
    expect(addresses().at(-1)).toBe("https://a.example/some/where/wide-3c4d.onnx");
    expect(close).toHaveBeenCalledTimes(1);
    expect(store.state.comparison.pair?.other).toEqual(answer("seal"));
  });

  it("is kept for a minute after its tool was left, then closed, and comes back", async () => {
    store.change({ tool: "compare" });
    await vi.runAllTimersAsync();
    store.change({ tool: "scene" });
    await vi.advanceTimersByTimeAsync(59_000);
    store.change({ tool: "compare" });
    await vi.advanceTimersByTimeAsync(59_000);
    expect(phase()).toBe("ready");
    store.change({ tool: "scene" });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(phase()).toBe("none");
    expect(close).toHaveBeenCalledTimes(1);
    store.change({ tool: "compare" });
    expect(createClassifier).toHaveBeenCalledTimes(2);
  });

  it("is stopped and closed where it is replaced before it has loaded", async () => {
    let load!: (classifier: Classifier) => void;
    createClassifier.mockReturnValueOnce(
      new Promise((resolve) => {
        load = resolve;
      }),
    );
    store.change({ tool: "compare" });
    rival.choose("wide");
    expect(createClassifier.mock.calls[0]![0].signal!.aborted).toBe(true);
    load(loaded);
    await vi.runAllTimersAsync();
    expect(close).toHaveBeenCalledTimes(1);
    expect(phase()).toBe("ready");
  });

  it.each([
    ["does not load", () => createClassifier.mockRejectedValueOnce(new Error("no connection"))],
    ["fails at a picture", () => classify.mockRejectedValueOnce(new Error("no connection"))],
  ])("says why it %s, and tries again when asked", async (_, fail) => {
    fail();
    store.change({ tool: "compare", look: seen("otter") });
    await vi.runAllTimersAsync();
    expect(store.state.comparison.network).toEqual({
      phase: "failed",
      problem: { code: "internal", message: "no connection" },
    });
    rival.retry();
    await vi.runAllTimersAsync();
    expect(phase()).toBe("ready");
    expect(store.state.comparison.pair?.other).toEqual(answer("seal"));
  });
});
