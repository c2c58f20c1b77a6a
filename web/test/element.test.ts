// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, type Mock, vi } from "vitest";

import { pictureAtAddress } from "../src/element/intake.js";
import { seenSize } from "../src/element/picture.js";
import type { WideEyeElement } from "../src/element.js";
import "../src/element.js";
import {
  type Classification,
  type Classifier,
  ClassifierError,
  type ClassifyOptions,
  type CreateOptions,
  createClassifier,
} from "../src/index.js";

vi.mock("../src/index.js", async (original) => ({
  ...(await original<typeof import("../src/index.js")>()),
  createClassifier: vi.fn(),
}));

const RESULT: Classification = {
  predictions: [
    { index: 55, label: "otter", superclass: "aquatic_mammals", probability: 0.75 },
    { index: 83, label: "sweet_pepper", superclass: null, probability: 0.125 },
  ],
  superclasses: [],
  known: null,
  width: 60,
  height: 40,
  timings: { decodeMs: 1, resizeMs: 1, inferMs: 1 },
};

type Classify = Mock<(input: Blob, options: ClassifyOptions) => Promise<Classification>>;
interface FakeClassifier extends Classifier {
  readonly classify: Classify & Classifier["classify"];
}

const fakeClassifier = (classify: () => Promise<Classification> = async () => RESULT) =>
  ({
    classify: vi.fn(classify),
    close: vi.fn(),
    modelInfo: { activationMaps: true },
  }) as unknown as FakeClassifier;

/** Answers the oldest open question when told to. */
function slowClassifier(): FakeClassifier & { answer(result: Classification): void } {
  const waiting: ((result: Classification) => void)[] = [];
  const classifier = fakeClassifier(() => new Promise((resolve) => waiting.push(resolve)));
  return Object.assign(classifier, { answer: (result: Classification) => waiting.shift()!(result) });
}

const file = (name: string) => new File([new Uint8Array([1, 2, 3])], name, { type: "image/png" });
const find = (element: WideEyeElement, selector: string) =>
  element.shadowRoot!.querySelector<HTMLElement>(selector)!;
const part = (element: WideEyeElement, name: string) => find(element, `[part~=${name}]`);
const said = (element: WideEyeElement) => [
  part(element, "lead").textContent,
  part(element, "answer").textContent,
];

function choose(element: WideEyeElement, chosen: File): void {
  const input = find(element, "input") as HTMLInputElement;
  Object.defineProperty(input, "files", { value: [chosen], configurable: true });
  input.dispatchEvent(new Event("change"));
}

function shown(classifier?: Classifier): WideEyeElement {
  const element = document.createElement("wide-eye");
  if (classifier) element.classifier = classifier;
  document.body.append(element);
  return element;
}

const next = (element: WideEyeElement, type: "result" | "error"): Promise<CustomEvent> =>
  new Promise((resolve) => element.addEventListener(type, resolve, { once: true }));

const settled = () => new Promise((resolve) => setTimeout(resolve));

beforeEach(() => {
  document.documentElement.lang = "en";
  vi.stubGlobal("matchMedia", () => ({ matches: true }));
  vi.mocked(createClassifier).mockReset();
});

afterEach(() => {
  document.body.replaceChildren();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("attributes and properties", () => {
  it("are the same", () => {
    const element = document.createElement("wide-eye");
    expect([element.src, element.topK, element.fit, element.model, element.heatmap]).toEqual([
      "",
      5,
      "cover",
      "",
      false,
    ]);
    Object.assign(element, { src: "a.jpg", topK: 3, fit: "contain", model: "m.onnx", heatmap: true });
    expect(element.getAttributeNames().sort()).toEqual(["fit", "heatmap", "model", "src", "top-k"]);
    expect(element.getAttribute("top-k")).toBe("3");
    element.topK = null;
    expect([element.getAttribute("top-k"), element.topK]).toEqual(["all", null]);
    element.heatmap = false;
    expect(element.hasAttribute("heatmap")).toBe(false);
  });

  it.each([["0"], ["-2"], ["2.5"], ["many"], [""]])("top-k=%j counts as five", (value) => {
    const element = document.createElement("wide-eye");
    element.setAttribute("top-k", value);
    expect(element.topK).toBe(5);
  });

  it("take what was set before the element was defined", () => {
    const element = document.createElement("wide-eye");
    Object.defineProperty(element, "topK", { value: 2, configurable: true, writable: true });
    document.body.append(element);
    expect(Object.hasOwn(element, "topK")).toBe(false);
    expect(element.getAttribute("top-k")).toBe("2");
  });

  it("that change together cost one look, with all of them", async () => {
    const classifier = fakeClassifier();
    const element = shown(classifier);
    choose(element, file("otter.png"));
    element.topK = 3;
    element.fit = "fill";
    element.heatmap = true;
    await next(element, "result");
    expect(classifier.classify).toHaveBeenCalledTimes(1);
    const [bytes, { signal, ...options }] = classifier.classify.mock.calls[0]!;
    expect(bytes).toMatchObject({ name: "otter.png", size: 3 });
    expect(options).toEqual({ topK: 3, fit: "fill", activationMaps: true });
    expect(signal!.aborted).toBe(false);
  });

  it("ask for no maps of a model that has none, nor promise them", async () => {
    const classifier = { ...fakeClassifier(), modelInfo: { activationMaps: false } } as FakeClassifier;
    const element = shown(classifier);
    element.heatmap = true;
    choose(element, file("otter.png"));
    await next(element, "result");
    expect(classifier.classify.mock.calls[0]![1].activationMaps).toBe(false);
    expect(find(element, ".frame").classList.contains("maps")).toBe(false);
  });

  it("look again when they change, but fetch no address twice", async () => {
    const fetch = vi.fn(async () => new Response(new Uint8Array([9, 9])));
    vi.stubGlobal("fetch", fetch);
    const classifier = fakeClassifier();
    const element = shown(classifier);
    element.src = "https://a.example/b/otter.png";
    element.topK = 2;
    await next(element, "result");
    element.fit = "contain";
    await next(element, "result");
    expect(fetch).toHaveBeenCalledTimes(1);
    expect(classifier.classify.mock.calls.map(([, { fit }]) => fit)).toEqual(["cover", "contain"]);
    element.fit = "contain";
    element.heatmap = true;
    await next(element, "result");
    element.heatmap = false;
    await settled();
    expect(classifier.classify).toHaveBeenCalledTimes(3);
    element.src = "https://a.example/b/otter.png";
    await next(element, "result");
    expect(fetch).toHaveBeenCalledTimes(2);
  });
});

describe("a picture", () => {
  it("is answered in words, as bars, as a property and as an event", async () => {
    const element = shown(fakeClassifier());
    expect(said(element)).toEqual(["Ready", "Show it a picture"]);
    expect(element.result).toBeNull();
    const heard = vi.fn();
    document.body.addEventListener("result", heard);
    choose(element, file("otter.png"));
    const event = await next(element, "result");
    document.body.removeEventListener("result", heard);
    expect(event.detail).toBe(RESULT);
    expect([event.bubbles, event.cancelable, event.composed]).toEqual([false, false, false]);
    expect(heard).not.toHaveBeenCalled();
    expect(element.result).toBe(RESULT);
    expect(said(element)).toEqual(["Probably", "otter"]);
    expect(part(element, "caption").textContent).toBe("otter.png · 60 × 40");
    const labels = element.shadowRoot!.querySelectorAll(".wideye-chart-label");
    expect([...labels].map((label) => label.textContent)).toEqual(["otter", "sweet pepper"]);
  });

  it("that fails is explained, and tried again on request", async () => {
    let failing = true;
    const classifier = fakeClassifier(async () => {
      if (failing) throw new ClassifierError("network", "a.example answered 503");
      return RESULT;
    });
    const element = shown(classifier);
    choose(element, file("otter.png"));
    const { detail, bubbles } = await next(element, "error");
    expect([detail.code, bubbles, element.result]).toEqual(["network", false, null]);
    expect(said(element)).toEqual(["That did not work", "Nothing came back"]);
    expect(part(element, "detail").textContent).toBe("network: a.example answered 503");
    expect(part(element, "problem").hidden).toBe(false);
    expect(part(element, "chart").hidden).toBe(true);
    failing = false;
    part(element, "retry").click();
    await next(element, "result");
    expect(part(element, "problem").hidden).toBe(true);
    expect(element.shadowRoot!.activeElement).toBe(part(element, "choose"));
  });

  it("gets no second try where none can help", async () => {
    const element = shown(
      fakeClassifier(async () => {
        throw new ClassifierError("not-an-image", "this is text");
      }),
    );
    choose(element, file("text.png"));
    await next(element, "error");
    expect(part(element, "retry").hidden).toBe(true);
    expect(part(element, "prompt").hidden).toBe(false);
  });

  it("that fails with something else reports an internal error with that as its cause", async () => {
    const cause = new TypeError("no such thing");
    const element = shown(fakeClassifier(() => Promise.reject(cause)));
    choose(element, file("otter.png"));
    const { detail } = await next(element, "error");
    expect(detail).toBeInstanceOf(ClassifierError);
    expect(detail).toMatchObject({ code: "internal", message: "no such thing", cause });
  });

  it("that is overtaken is aborted and not reported", async () => {
    const classifier = slowClassifier();
    const element = shown(classifier);
    const heard = vi.fn();
    element.addEventListener("result", heard);
    element.addEventListener("error", heard);
    choose(element, file("first.png"));
    await vi.waitFor(() => expect(classifier.classify).toHaveBeenCalledTimes(1));
    choose(element, file("second.png"));
    await vi.waitFor(() => expect(classifier.classify).toHaveBeenCalledTimes(2));
    const signals = classifier.classify.mock.calls.map(([, { signal }]) => signal!.aborted);
    expect(signals).toEqual([true, false]);
    classifier.answer({ ...RESULT, width: 1 });
    await settled();
    expect(heard).not.toHaveBeenCalled();
    classifier.answer(RESULT);
    await vi.waitFor(() => expect(heard).toHaveBeenCalledTimes(1));
    expect(element.result).toBe(RESULT);
  });

  it("is dropped when the element leaves, and looked at when it comes back", async () => {
    const classifier = slowClassifier();
    const element = shown(classifier);
    choose(element, file("otter.png"));
    await vi.waitFor(() => expect(classifier.classify).toHaveBeenCalledTimes(1));
    element.remove();
    expect(classifier.classify.mock.calls[0]![1].signal!.aborted).toBe(true);
    document.body.append(element);
    await vi.waitFor(() => expect(classifier.classify).toHaveBeenCalledTimes(2));
    classifier.answer(RESULT);
    classifier.answer(RESULT);
    await next(element, "result");
    element.remove();
    document.body.append(element);
    await settled();
    expect(classifier.classify).toHaveBeenCalledTimes(2);
    expect(element.result).toBe(RESULT);
  });

  it.each([
    ["removed", (element: WideEyeElement) => element.removeAttribute("src")],
    ["emptied", (element: WideEyeElement) => Object.assign(element, { src: "" })],
  ])("of a src that is %s is gone", async (_, empty) => {
    vi.stubGlobal("fetch", async () => new Response(new Uint8Array([9])));
    const element = shown(fakeClassifier());
    element.src = "https://a.example/otter.png";
    await next(element, "result");
    empty(element);
    expect(element.result).toBeNull();
    expect(said(element)).toEqual(["Ready", "Show it a picture"]);
    expect(part(element, "caption").textContent).toBe("");
    expect(part(element, "chart").hidden).toBe(true);
  });

  it("outside the page waits until the element is in it", async () => {
    const classifier = fakeClassifier();
    const element = document.createElement("wide-eye");
    element.classifier = classifier;
    choose(element, file("otter.png"));
    await settled();
    expect(classifier.classify).not.toHaveBeenCalled();
    document.body.append(element);
    await next(element, "result");
  });
});

describe("bars", () => {
  const bars = (element: WideEyeElement) => [
    ...element.shadowRoot!.querySelectorAll<HTMLElement>("li button"),
  ];
  const pressed = (element: WideEyeElement) =>
    bars(element).map((bar) => bar.getAttribute("aria-pressed") === "true");
  const activationMaps = { width: 1, height: 1, values: new Float32Array(100) };

  it("are buttons, one pressed at a time, where results hold maps", async () => {
    const element = shown(fakeClassifier(async () => ({ ...RESULT, activationMaps })));
    element.heatmap = true;
    choose(element, file("otter.png"));
    await next(element, "result");
    expect(pressed(element)).toEqual([false, false]);
    bars(element)[0]!.click();
    expect(pressed(element)).toEqual([true, false]);
    bars(element)[1]!.click();
    expect(pressed(element)).toEqual([false, true]);
    bars(element)[1]!.click();
    expect(pressed(element)).toEqual([false, false]);
  });

  it("are let go by the next answer", async () => {
    const element = shown(fakeClassifier(async () => ({ ...RESULT, activationMaps })));
    element.heatmap = true;
    choose(element, file("otter.png"));
    await next(element, "result");
    bars(element)[0]!.click();
    choose(element, file("another otter.png"));
    await next(element, "result");
    expect(pressed(element)).toEqual([false, false]);
  });

  it("leave the focus to the button where they vanish", async () => {
    let failing = false;
    const element = shown(
      fakeClassifier(async () => {
        if (failing) throw new ClassifierError("not-an-image", "this is text");
        return { ...RESULT, activationMaps };
      }),
    );
    const focused = () => element.shadowRoot!.activeElement;
    element.heatmap = true;
    choose(element, file("otter.png"));
    await next(element, "result");
    bars(element)[1]!.focus();
    choose(element, file("another otter.png"));
    await next(element, "result");
    expect(focused()).toBe(bars(element)[1]);
    element.words = {};
    expect(focused()).toBe(part(element, "choose"));
    bars(element)[0]!.focus();
    failing = true;
    choose(element, file("text.png"));
    await next(element, "error");
    expect(focused()).toBe(part(element, "choose"));
  });

  it("are plain where there are no maps, and once those are no longer wanted", async () => {
    const element = shown(fakeClassifier());
    choose(element, file("otter.png"));
    await next(element, "result");
    expect(bars(element)).toEqual([]);
    element.classifier = fakeClassifier(async () => ({ ...RESULT, activationMaps }));
    element.heatmap = true;
    await next(element, "result");
    expect(bars(element)).toHaveLength(2);
    element.heatmap = false;
    expect(bars(element)).toEqual([]);
    expect(element.shadowRoot!.querySelectorAll("li")).toHaveLength(2);
  });
});

describe("words", () => {
  it("are English, and replaced one by one", async () => {
    const element = shown(fakeClassifier());
    element.words = {
      choose: "Bild wählen",
      ready: { lead: "Bereit", text: "Zeig ihm ein Bild" },
      problems: { cors: { title: "Gesperrt", advice: "Speichere das Bild." } },
      label: (name) => ({ otter: "Fischotter", aquatic_mammals: "Wassersäuger" })[name] ?? name,
    };
    expect(part(element, "choose").textContent).toBe("Bild wählen");
    expect(said(element)).toEqual(["Bereit", "Zeig ihm ein Bild"]);
    expect(element.words.retry).toBe("Try again");
    expect(element.words.problems.cors.title).toBe("Gesperrt");
    expect(element.words.problems.network.title).toBe("Nothing came back");
    choose(element, file("otter.png"));
    const { detail } = await next(element, "result");
    expect(detail.predictions[0].label).toBe("otter");
    expect(said(element)[1]).toBe("Fischotter");
    expect(find(element, ".wideye-chart-superclass").textContent).toBe("Wassersäuger");
    element.words = { chart: "Die fünf" };
    expect(part(element, "choose").textContent).toBe("Choose a picture");
    expect(find(element, "ol").getAttribute("aria-label")).toBe("Die fünf");
    expect(find(element, ".wideye-chart-label").textContent).toBe("otter");
  });

  it.each([
    [0.95, null, "Almost certainly", "otter"],
    [0.6, true, "Probably", "otter"],
    [0.3, null, "Perhaps", "otter"],
    [0.1, null, "At a guess", "otter"],
    [0.6, false, "Nothing it knows well", "Nearest: otter"],
  ])("say how sure %d, known %s, is", (probability, known, lead, text) => {
    const { words } = document.createElement("wide-eye");
    expect(words.answer("otter", probability, known)).toEqual({ lead, text });
  });
});

describe("the classifier of a page", () => {
  const created = () => vi.mocked(createClassifier).mock.calls.map(([options]) => options as CreateOptions);

  it("is created for the first picture, shared, and closed a second after the last element", async () => {
    const classifier = fakeClassifier();
    vi.mocked(createClassifier).mockResolvedValue(classifier);
    const elements = [shown(), shown()];
    await settled();
    expect(created()).toEqual([]);
    for (const element of elements) {
      choose(element, file("otter.png"));
      await next(element, "result");
    }
    expect(created()).toHaveLength(1);
    expect(created()[0]).not.toHaveProperty("model");

    vi.useFakeTimers();
    elements[0]!.remove();
    await vi.advanceTimersByTimeAsync(5000);
    expect(classifier.close).not.toHaveBeenCalled();
    elements[1]!.remove();
    await vi.advanceTimersByTimeAsync(999);
    expect(classifier.close).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect(classifier.close).toHaveBeenCalledTimes(1);
  });

  it("survives that its element is moved", async () => {
    vi.useFakeTimers();
    const classifier = slowClassifier();
    vi.mocked(createClassifier).mockResolvedValue(classifier);
    const element = shown();
    choose(element, file("otter.png"));
    await vi.advanceTimersByTimeAsync(0);
    const place = document.createElement("section");
    document.body.append(place);
    place.append(element);
    await vi.advanceTimersByTimeAsync(5000);
    expect(classifier.close).not.toHaveBeenCalled();
    expect(created()).toHaveLength(1);
    element.remove();
    await vi.advanceTimersByTimeAsync(5000);
    expect(classifier.close).toHaveBeenCalledTimes(1);
  });

  it("is one for each model, named by its address", async () => {
    vi.mocked(createClassifier).mockImplementation(async () => fakeClassifier());
    const models = ["models/a.onnx", new URL("models/a.onnx", document.baseURI).href, "models/b.onnx"];
    const [first, second] = [shown(), shown()];
    for (const [element, model] of [
      [first, models[0]],
      [second, models[1]],
      [second, models[2]],
    ] as const) {
      element.model = model!;
      choose(element, file("otter.png"));
      await next(element, "result");
    }
    expect(created().map(({ model }) => model)).toEqual([
      models[1],
      new URL(models[2]!, document.baseURI).href,
    ]);
    vi.useFakeTimers();
    document.body.replaceChildren();
    await vi.advanceTimersByTimeAsync(1000);
  });

  it("is loaded anew after a failure to load and after a crash", async () => {
    const crashing = fakeClassifier(async () => {
      throw new ClassifierError("crashed", "the classifier stopped");
    });
    vi.mocked(createClassifier)
      .mockRejectedValueOnce(new ClassifierError("network", "no model"))
      .mockResolvedValueOnce(crashing)
      .mockResolvedValueOnce(fakeClassifier());
    const element = shown();
    choose(element, file("otter.png"));
    expect((await next(element, "error")).detail.code).toBe("network");
    part(element, "retry").click();
    expect((await next(element, "error")).detail.code).toBe("crashed");
    part(element, "retry").click();
    await next(element, "result");
    expect(created()).toHaveLength(3);
    vi.useFakeTimers();
    element.remove();
    await vi.advanceTimersByTimeAsync(1000);
  });

  it("of one model does not go with another's, which crashes when it has been left", async () => {
    let crash!: () => void;
    const crashing = fakeClassifier(
      () =>
        new Promise((_, reject) => {
          crash = () => reject(new ClassifierError("crashed", "out of memory"));
        }),
    );
    vi.mocked(createClassifier).mockResolvedValueOnce(crashing).mockResolvedValueOnce(fakeClassifier());
    const element = shown();
    element.model = "models/a.onnx";
    choose(element, file("otter.png"));
    await vi.waitFor(() => expect(crashing.classify).toHaveBeenCalled());
    element.model = "models/b.onnx";
    await next(element, "result");
    crash();
    await settled();
    choose(element, file("seal.png"));
    await next(element, "result");
    expect(created()).toHaveLength(2);
    vi.useFakeTimers();
    element.remove();
    await vi.advanceTimersByTimeAsync(1000);
  });

  it("tells of its download, which stops when the last element leaves", async () => {
    vi.useFakeTimers();
    vi.mocked(createClassifier).mockImplementation(
      ({ signal } = {}) =>
        new Promise((_, reject) => {
          signal!.addEventListener("abort", () => reject(new ClassifierError("aborted", "")));
        }),
    );
    const element = shown();
    const heard = vi.fn();
    element.addEventListener("progress", ({ detail }) => heard(detail));
    element.addEventListener("error", heard);
    choose(element, file("otter.png"));
    await vi.advanceTimersByTimeAsync(0);
    expect(said(element)).toEqual(["One moment", "Loading the network"]);
    const [{ onProgress, signal }] = created() as [CreateOptions];
    onProgress!({ part: "wasm", loaded: 1, total: null });
    onProgress!({ part: "model", loaded: 3, total: 4 });
    expect(heard.mock.calls).toEqual([
      [{ part: "wasm", loaded: 1, total: null }],
      [{ part: "model", loaded: 3, total: 4 }],
    ]);
    expect((part(element, "progress") as HTMLProgressElement).value).toBe(0.75);
    element.remove();
    expect(signal!.aborted).toBe(false);
    await vi.advanceTimersByTimeAsync(1000);
    expect(signal!.aborted).toBe(true);
    expect(heard).toHaveBeenCalledTimes(2);
  });

  it("gives way to one of the page's own, which stays open", async () => {
    const [shared, own] = [fakeClassifier(), fakeClassifier()];
    vi.mocked(createClassifier).mockResolvedValue(shared);
    const element = shown();
    choose(element, file("otter.png"));
    await next(element, "result");
    vi.useFakeTimers();
    element.classifier = own;
    expect(element.classifier).toBe(own);
    await vi.advanceTimersByTimeAsync(1000);
    expect(shared.close).toHaveBeenCalledTimes(1);
    expect(own.classify).toHaveBeenCalledTimes(1);
    element.remove();
    await vi.advanceTimersByTimeAsync(5000);
    expect(own.close).not.toHaveBeenCalled();
    expect(created()).toHaveLength(1);
  });
});

describe("pictureAtAddress", () => {
  it.each([
    ["b/an%20otter.jpg?size=2", "https://a.example/b/an%20otter.jpg?size=2", "an otter.jpg"],
    ["https://b.example/%E0%A4.png", "https://b.example/%E0%A4.png", "%E0%A4.png"],
    ["data:image/png;base64,AAAA", "data:image/png;base64,AAAA", ""],
    ["https://", "https://", ""],
  ])("reads %s", (address, source, name) => {
    expect(pictureAtAddress(address, "https://a.example/")).toEqual({ source, name });
  });
});

describe("seenSize", () => {
  it.each([
    ["cover", 40, 40],
    ["contain", 60, 60],
    ["fill", 60, 40],
  ] as const)("under %s is %d by %d of 60 by 40", (fit, width, height) => {
    expect(seenSize(60, 40, fit)).toEqual({ width, height });
  });
});
