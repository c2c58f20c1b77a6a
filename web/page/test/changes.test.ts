// @vitest-environment happy-dom
import { beforeEach, describe, expect, it, vi } from "vitest";
import type { Classification, Classifier, ModelInfo, Pixels, Prediction } from "wideye";
import res9 from "wideye/models/res9.json";
import { bars } from "../src/bars.js";
import { answerChanges } from "../src/changes/answers.js";
import { CHANGES, noChanges, type Variant } from "../src/changes/changes.js";
import { storyOf } from "../src/changes/story.js";
import { initialState, type Picture, Store } from "../src/state.js";
import { german } from "../src/words/de.js";
import { english } from "../src/words/en.js";
import { classification, stubImageData } from "./fixtures.js";

vi.mock("wideye", () => ({ ClassifierError: class extends Error {} }));

const kangaroo: Prediction = { index: 38, label: "kangaroo", superclass: null, probability: 0.75 };
const elephant: Prediction = { index: 31, label: "elephant", superclass: null, probability: 0.2 };
const lawnMower: Prediction = { index: 41, label: "lawn_mower", superclass: null, probability: 0.05 };

const thumbnail: Pixels = {
  width: 2,
  height: 1,
  data: new Uint8ClampedArray([200, 100, 0, 255, 0, 0, 0, 255]),
};
const answer = (first: Prediction, pixels?: Pixels): Classification =>
  classification({ predictions: [first], known: true, ...(pixels && { thumbnail: pixels }) });

describe("bars", () => {
  it("are as wide as the probabilities, and the marked class stands out", () => {
    const list = bars([kangaroo, elephant, lawnMower], english, { name: "Three", marked: elephant.index });
    expect(list.outerHTML).toMatchInlineSnapshot(
      `"<ol class="bars" role="list" aria-label="Three"><li class=""><span class="bars-label">kangaroo</span><span class="bars-value">75%</span><svg class="bars-track" aria-hidden="true"><rect width="75%" height="100%"></rect></svg></li><li class="bars-marked"><span class="bars-label">elephant</span><span class="bars-value">20%</span><svg class="bars-track" aria-hidden="true"><rect width="20%" height="100%"></rect></svg></li><li class=""><span class="bars-label">lawn mower</span><span class="bars-value">5%</span><svg class="bars-track" aria-hidden="true"><rect width="5%" height="100%"></rect></svg></li></ol>"`,
    );
  });

  it("speak the language of the words", () => {
    const list = bars([lawnMower], german, { name: "Drei", marked: undefined });
    expect(list.textContent).toBe("Rasenmäher5\u00a0%");
    expect(list.querySelector(".bars-marked")).toBeNull();
  });
});

describe("storyOf", () => {
  const variants = (firsts: readonly Prediction[]): Variant[] =>
    firsts.map((first, position) => ({
      change: CHANGES[position]!,
      strength: null,
      pixels: thumbnail,
      predictions: [first],
    }));
  const state = (firsts: readonly Prediction[]) => ({
    ...initialState,
    changes: { ...noChanges, variants: variants(firsts) },
  });
  const original = answer(kangaroo);
  const six = (grey: Prediction, other: Prediction) => [grey, kangaroo, kangaroo, other, kangaroo, kangaroo];

  it.each([
    [
      six(elephant, elephant),
      "4 of 6 changes leave the answer as it is.",
      "“elephant” instead of “kangaroo”",
    ],
    [six(kangaroo, elephant), "5 of 6 changes leave the answer as it is.", "still says “kangaroo”"],
    [
      [elephant, kangaroo, elephant, elephant, elephant, elephant],
      "1 of 6 changes leaves the answer as it is.",
      "“elephant”",
    ],
    [six(kangaroo, kangaroo), "None of these 6 changes alters the answer.", "still says “kangaroo”"],
  ])("counts the changes that leave the answer, and tells of grey: %#", (firsts, title, advice) => {
    const story = storyOf(state(firsts), original, english);
    expect(story.title).toBe(title);
    expect(story.advice).toContain(advice);
  });

  it("says that the pixels that the network sees are changed", () => {
    const story = storyOf(state(six(kangaroo, kangaroo)), answer(kangaroo, thumbnail), english);
    expect(story.advice).toContain(
      `The ${thumbnail.width} × ${thumbnail.height} pixels that the network sees`,
    );
  });

  it("gives the figures of the model's card, and only for the very file", () => {
    const told = (sha256: string) => {
      const network = { phase: "ready", info: { sha256 } as ModelInfo } as const;
      return storyOf({ ...state(six(kangaroo, kangaroo)), network }, original, english).advice;
    };
    const { accuracy, greyscale } = res9.test;
    const [right, inGrey] = [accuracy, greyscale].map(({ top1 }) => `${Math.round(100 * top1)}%`);
    expect(told(res9.sha256)).toContain(`Of 10,000 test pictures it gets ${right} right, in grey ${inGrey}.`);
    expect(told("0")).not.toContain("test pictures");
  });

  it("explains what went wrong", () => {
    const changes = { ...noChanges, problem: { code: "crashed", message: "" } };
    expect(storyOf({ ...initialState, changes }, original, english)).toBe(english.problems.crashed);
  });
});

describe("answerChanges", () => {
  const picture = (name: string): Picture => ({ source: new Blob(), name, alt: name });
  const classify = vi.fn<(image: ImageData, options: { topK: number }) => Promise<Classification>>();
  const seen = (first: Prediction) => ({ phase: "seen", result: answer(first, thumbnail) }) as const;
  const settled = (store: Store, result: Classification) =>
    vi.waitFor(() => expect(store.state.changes.original).toBe(result));
  let store: Store;

  beforeEach(() => {
    stubImageData();
    classify.mockReset().mockImplementation(async () => answer(elephant));
    store = new Store();
    store.change({ picture: picture("otter") });
    answerChanges(store, async () => ({ classify }) as unknown as Classifier);
  });

  it("asks about the very pixels that the network saw, after each change", async () => {
    const look = seen(kangaroo);
    store.change({ look });
    await settled(store, look.result);
    const { variants } = store.state.changes;
    expect(variants.map(({ change }) => change)).toEqual([...CHANGES]);
    expect(variants.every(({ predictions }) => predictions[0] === elephant)).toBe(true);
    const [grey, mirrored, shifted, , darker] = classify.mock.calls.map(([{ data }]) => [...data]);
    // 0.299 * 200 + 0.587 * 100 = 118.5, which rounds to the even 118
    expect(grey).toEqual([118, 118, 118, 255, 0, 0, 0, 255]);
    expect(mirrored).toEqual([0, 0, 0, 255, 200, 100, 0, 255]);
    expect(shifted).toEqual([200, 100, 0, 255, 200, 100, 0, 255]);
    expect(darker).toEqual([100, 50, 0, 255, 0, 0, 0, 255]);
  });

  it("asks only about the change whose strength was set", async () => {
    const look = seen(kangaroo);
    store.change({ look });
    await settled(store, look.result);
    classify.mockClear();
    const { changes } = store.state;
    store.change({ changes: { ...changes, strengths: { ...changes.strengths, darker: 0.9 } } });
    await vi.waitFor(() => expect(store.state.changes.variants[4]!.strength).toBe(0.9));
    // 0.1 * (200, 100, 0)
    expect(classify.mock.calls.map(([{ data }]) => [...data])).toEqual([[20, 10, 0, 255, 0, 0, 0, 255]]);
    expect(store.state.changes.variants[0]).toBe(changes.variants[0]);
  });

  it("asks nothing while another tool is open, and catches up", async () => {
    store.change({ tool: "scene" });
    const look = seen(kangaroo);
    store.change({ look });
    await new Promise((resolve) => setTimeout(resolve));
    expect(classify).not.toHaveBeenCalled();
    store.change({ tool: "changes" });
    await settled(store, look.result);
  });

  it("drops what belongs to a picture that was replaced", async () => {
    let release!: () => void;
    classify.mockImplementationOnce(
      () =>
        new Promise((resolve) => {
          release = () => resolve(answer(elephant));
        }),
    );
    store.change({ look: seen(kangaroo) });
    await vi.waitFor(() => expect(classify).toHaveBeenCalledTimes(1));
    const look = seen(elephant);
    store.change({ picture: picture("seal"), look });
    release();
    await settled(store, look.result);
    expect(classify).toHaveBeenCalledTimes(1 + CHANGES.length);
  });

  it("says why there is no answer, once", async () => {
    classify.mockRejectedValue(new Error("out of memory"));
    const look = seen(kangaroo);
    store.change({ look });
    await settled(store, look.result);
    expect(store.state.changes).toMatchObject({
      variants: [],
      problem: { code: "internal", message: "out of memory" },
    });
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(classify).toHaveBeenCalledTimes(1);
  });
});
