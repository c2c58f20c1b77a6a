// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { type ChartElement, type ChartPrediction, topFiveChart } from "../src/chart.js";

const otter: ChartPrediction = { index: 55, label: "otter", superclass: "aquatic_mammals", probability: 0.5 };
const seal: ChartPrediction = { index: 72, label: "seal", superclass: "aquatic_mammals", probability: 0.25 };
const beaver: ChartPrediction = {
  index: 4,
  label: "beaver",
  superclass: "aquatic_mammals",
  probability: 0.125,
};
const kangaroo: ChartPrediction = {
  index: 38,
  label: "kangaroo",
  superclass: "large_omnivores_and_herbivores",
  probability: 0.0625,
};
const sweetPepper: ChartPrediction = {
  index: 83,
  label: "sweet_pepper",
  superclass: "fruit_and_vegetables",
  probability: 0.00004,
};
const castle: ChartPrediction = { index: 17, label: "castle", superclass: null, probability: 0.000001 };
const five = [otter, seal, beaver, kangaroo, sweetPepper];

const rows = (chart: Element) => [...chart.querySelectorAll<HTMLLIElement>("li")];
const labels = (chart: Element) => texts(chart, ".wideye-chart-label");
const texts = (chart: Element, selector: string) =>
  [...chart.querySelectorAll(selector)].map((element) => element.textContent);
const widths = (chart: Element) =>
  [...chart.querySelectorAll("rect")].map((bar) => bar.getAttribute("width"));
const rowOf = (chart: Element, label: string) => rows(chart).find((row) => row.textContent.includes(label))!;

let stillness = false;

beforeEach(() => {
  stillness = false;
  document.documentElement.lang = "en";
  vi.stubGlobal("matchMedia", (query: string) => ({
    matches: stillness && query.includes("reduced-motion"),
  }));
});

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
  document.body.replaceChildren();
});

function shown(predictions: readonly ChartPrediction[], durationMs = 0): ChartElement {
  const chart = topFiveChart({ predictions }, { durationMs });
  document.body.append(chart);
  return chart;
}

describe("topFiveChart", () => {
  it("draws a bar as wide as its probability", () => {
    const chart = shown(five);
    expect(widths(chart)).toEqual(["50%", "25%", "12.5%", "6.25%", "0.004%"]);
    expect([...chart.querySelectorAll("rect")].map((bar) => bar.getAttribute("data-probability"))).toEqual([
      "0.5",
      "0.25",
      "0.125",
      "0.0625",
      "0.00004",
    ]);
  });

  it("keeps the first five of more predictions, and fewer than five as they are", () => {
    expect(labels(shown([...five, castle]))).toHaveLength(5);
    expect(labels(shown([otter, castle]))).toEqual(["otter", "castle"]);
    expect(rows(shown([]))).toHaveLength(0);
  });

  it("writes names with spaces and percentages with one decimal", () => {
    const chart = shown([...five.slice(0, 3), sweetPepper, castle]);
    expect(labels(chart)).toEqual(["otter", "seal", "beaver", "sweet pepper", "castle"]);
    expect(texts(chart, ".wideye-chart-superclass")).toEqual([
      "aquatic mammals",
      "aquatic mammals",
      "aquatic mammals",
      "fruit and vegetables",
      "",
    ]);
    expect(texts(chart, ".wideye-chart-value")).toEqual(["50.0%", "25.0%", "12.5%", "<0.1%", "<0.1%"]);
  });

  it("writes percentages as the locale does", () => {
    const chart = topFiveChart({ predictions: [beaver] }, { locale: "de" });
    expect(texts(chart, ".wideye-chart-value")).toEqual(["12,5\u00a0%"]);
  });

  it.each([
    ["de_AT", "12,5\u00a0%"],
    ["x-default", undefined],
    ["", undefined],
  ])("writes them for a page in %j", (lang, expected) => {
    document.documentElement.lang = lang;
    const [value] = texts(topFiveChart({ predictions: [beaver] }), ".wideye-chart-value");
    const own = new Intl.NumberFormat(undefined, { style: "percent", minimumFractionDigits: 1 }).format(
      0.125,
    );
    expect(value).toBe(expected ?? own);
  });

  it("is a named list whose bars are hidden from screen readers", () => {
    const chart = topFiveChart({ predictions: five }, { name: "Fünf Klassen" });
    const list = chart.querySelector("ol")!;
    expect(list.getAttribute("aria-label")).toBe("Fünf Klassen");
    expect(list.getAttribute("role")).toBe("list");
    expect(chart.querySelectorAll("svg[aria-hidden=true]")).toHaveLength(5);
  });

  it("carries no style attribute at rest", () => {
    const chart = shown(five);
    chart.update({ predictions: [seal, otter] });
    expect(chart.outerHTML).not.toMatch(/style=/);
  });

  it("adds its rules to a root once", () => {
    shown(five);
    shown(five);
    const host = document.createElement("div").attachShadow({ mode: "open" });
    topFiveChart({ predictions: five }, { root: host });
    expect(document.adoptedStyleSheets).toHaveLength(1);
    expect(host.adoptedStyleSheets).toEqual(document.adoptedStyleSheets);
  });

  it.each([[-0.1], [1.5], [Number.NaN]])("refuses the probability %d", (probability) => {
    expect(() => topFiveChart({ predictions: [{ ...otter, probability }] })).toThrow(
      new RangeError(`expected a probability from 0 to 1 for otter, found ${probability}`),
    );
  });

  it("matches its snapshot", () => {
    expect(shown([otter, castle]).outerHTML).toMatchSnapshot();
  });
});

describe("update", () => {
  it("keeps the rows of classes that stay and hands the others on in rank order", () => {
    const chart = shown(five);
    const [otterRow, sealRow, beaverRow, kangarooRow, pepperRow] = rows(chart);
    chart.update({
      predictions: [{ ...castle, probability: 0.6 }, seal, { ...otter, probability: 0.1 }, kangaroo],
    });
    expect(labels(chart)).toEqual(["castle", "seal", "otter", "kangaroo"]);
    expect(rows(chart)).toEqual([beaverRow, sealRow, otterRow, kangarooRow]);
    expect(pepperRow!.isConnected).toBe(false);
    expect(widths(chart)).toEqual(["60%", "25%", "10%", "6.25%"]);
  });

  it("fills up again after a shorter result", () => {
    const chart = shown([otter]);
    chart.update({ predictions: [] });
    chart.update({ predictions: five });
    expect(labels(chart)).toEqual(["otter", "seal", "beaver", "kangaroo", "sweet pepper"]);
    expect(new Set(rows(chart)).size).toBe(5);
  });

  it("grows bars over time and ends at the exact width", async () => {
    const chart = shown([otter], 60);
    chart.update({ predictions: [{ ...otter, probability: 0.9 }] });
    expect(widths(chart)).toEqual(["50%"]);
    expect(texts(chart, ".wideye-chart-value")).toEqual(["90.0%"]);
    await vi.waitFor(() => expect(widths(chart)).toEqual(["90%"]));
  });

  it("goes to the latest result when updates overtake each other", async () => {
    const chart = shown([otter], 60);
    chart.update({ predictions: [{ ...otter, probability: 0.9 }] });
    chart.update({ predictions: [{ ...otter, probability: 0.2 }] });
    await vi.waitFor(() => expect(widths(chart)).toEqual(["20%"]));
  });

  it("takes a duration of its own, this once", async () => {
    const chart = shown([otter], 60);
    chart.update({ predictions: [{ ...otter, probability: 0.9 }] }, { durationMs: 0 });
    expect(widths(chart)).toEqual(["90%"]);
    chart.update({ predictions: [{ ...otter, probability: 0.2 }] });
    expect(widths(chart)).toEqual(["90%"]);
    await vi.waitFor(() => expect(widths(chart)).toEqual(["20%"]));
  });

  it("moves a row on from where it is", async () => {
    // Each row is 40 pixels high.
    vi.spyOn(HTMLElement.prototype, "offsetTop", "get").mockImplementation(function (this: HTMLElement) {
      return 40 * [...(this.parentElement?.children ?? [])].indexOf(this);
    });
    const chart = shown([otter, seal], 60_000);
    const row = rowOf(chart, "seal");
    chart.update({ predictions: [seal, otter] });
    expect(row.style.transform).toBe("translateY(40px)");
    row.style.transform = "translate(0px, 30px)";
    chart.update({ predictions: [otter, seal] });
    // From 30 pixels below the first place, which is 10 above the second.
    expect(row.style.transform).toBe("translateY(-10px)");
    chart.update({ predictions: [otter, seal] }, { durationMs: 0 });
    expect(row.style.transform).toBe("");
  });

  it("ends a move under way where it takes no time", () => {
    const chart = shown([otter, seal], 60_000);
    const swapped = [
      { ...seal, probability: 0.8 },
      { ...otter, probability: 0.1 },
    ];
    chart.update({ predictions: swapped });
    chart.update({ predictions: swapped }, { durationMs: 0 });
    expect(widths(chart)).toEqual(["80%", "10%"]);
  });

  it("does not move where reduced motion is asked for", () => {
    stillness = true;
    const chart = shown([otter], 60_000);
    chart.update({ predictions: [{ ...otter, probability: 0.9 }] });
    expect(widths(chart)).toEqual(["90%"]);
  });
});

describe("keyboard", () => {
  const press = (target: Element, key: string, modifiers: KeyboardEventInit = {}) => {
    const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...modifiers });
    target.dispatchEvent(event);
    return event;
  };
  const tabStops = (chart: Element) => rows(chart).map((row) => row.getAttribute("tabindex"));

  it("has one tab stop, which arrow keys, Home and End move", () => {
    const chart = shown(five);
    expect(tabStops(chart)).toEqual(["0", "-1", "-1", "-1", "-1"]);
    rows(chart)[0]!.focus();
    const steps: [string, number][] = [
      ["ArrowDown", 1],
      ["ArrowDown", 2],
      ["ArrowUp", 1],
      ["End", 4],
      ["ArrowDown", 4],
      ["Home", 0],
      ["ArrowUp", 0],
    ];
    for (const [key, expected] of steps) {
      expect(press(document.activeElement!, key).defaultPrevented).toBe(true);
      expect(rows(chart).indexOf(document.activeElement as HTMLLIElement)).toBe(expected);
      expect(tabStops(chart).indexOf("0")).toBe(expected);
    }
  });

  it("leaves other keys alone", () => {
    const chart = shown(five);
    rows(chart)[0]!.focus();
    expect(press(document.activeElement!, "Tab").defaultPrevented).toBe(false);
    // The browser's own: back, to the end of the page.
    expect(press(document.activeElement!, "ArrowDown", { altKey: true }).defaultPrevented).toBe(false);
    expect(press(document.activeElement!, "End", { ctrlKey: true }).defaultPrevented).toBe(false);
    expect(document.activeElement).toBe(rows(chart)[0]);
  });

  it("keeps the focus on a class that changes its rank", () => {
    const chart = shown([otter, seal]);
    rowOf(chart, "seal").focus();
    chart.update({
      predictions: [
        { ...seal, probability: 0.8 },
        { ...otter, probability: 0.1 },
      ],
    });
    expect(document.activeElement).toBe(rowOf(chart, "seal"));
    expect(tabStops(chart)).toEqual(["0", "-1"]);
  });
});

describe("the focus", () => {
  it("stays in a chart whose focused row is gone", () => {
    const chart = shown([otter, seal]);
    rowOf(chart, "seal").focus();
    chart.update({ predictions: [otter] });
    expect(document.activeElement).toBe(rowOf(chart, "otter"));
  });
});

describe("bars as buttons", () => {
  const presses: (number | null)[] = [];
  const buttons = (chart: Element) => [...chart.querySelectorAll("button")];
  const pressable = (predictions: readonly ChartPrediction[]): ChartElement => {
    const chart = topFiveChart({ predictions }, { durationMs: 0, onPress: (index) => presses.push(index) });
    document.body.append(chart);
    return chart;
  };
  const pressedLabels = (chart: Element) =>
    buttons(chart)
      .filter((button) => button.getAttribute("aria-pressed") === "true")
      .map((button) => button.querySelector(".wideye-chart-label")!.textContent);
  /** Returns whether the chart took the key. */
  const pressEscape = (button: Element): boolean => {
    const event = new KeyboardEvent("keydown", { key: "Escape", bubbles: true, cancelable: true });
    return !button.dispatchEvent(event);
  };

  beforeEach(() => presses.splice(0));

  it("are named by class and probability, in rows of the list", () => {
    const chart = pressable([otter, castle]);
    expect(chart.outerHTML).toMatchSnapshot();
    expect(rows(chart).map((row) => row.firstElementChild)).toEqual(buttons(chart));
    expect(buttons(shown(five))).toEqual([]);
  });

  it("tell which bar is to be pressed, and are pressed only when told so", () => {
    const chart = pressable(five);
    buttons(chart)[1]!.click();
    expect(presses).toEqual([seal.index]);
    expect(pressedLabels(chart)).toEqual([]);
    chart.press(seal.index);
    expect(pressedLabels(chart)).toEqual(["seal"]);
    buttons(chart)[2]!.click();
    expect(presses).toEqual([seal.index, beaver.index]);
  });

  it("let go when chosen again, and with Escape", () => {
    const chart = pressable(five);
    expect(pressEscape(buttons(chart)[0]!)).toBe(false);
    chart.press(otter.index);
    buttons(chart)[0]!.click();
    // Nothing around the chart, such as a dialog, is to close as well.
    expect(pressEscape(buttons(chart)[3]!)).toBe(true);
    expect(presses).toEqual([null, null]);
  });

  it("stay pressed with their class", () => {
    const chart = pressable([otter, seal]);
    chart.press(seal.index);
    chart.update({ predictions: [castle, { ...seal, probability: 0.1 }] });
    expect(pressedLabels(chart)).toEqual(["seal"]);
    chart.update({ predictions: [castle, otter] });
    expect(pressedLabels(chart)).toEqual([]);
  });

  it("keep the one tab stop", () => {
    const chart = pressable(five);
    const tabStops = () => buttons(chart).map((button) => button.tabIndex);
    expect(tabStops()).toEqual([0, -1, -1, -1, -1]);
    buttons(chart)[0]!.focus();
    buttons(chart)[0]!.dispatchEvent(new KeyboardEvent("keydown", { key: "End", bubbles: true }));
    expect(document.activeElement).toBe(buttons(chart)[4]);
    expect(tabStops()).toEqual([-1, -1, -1, -1, 0]);
    expect(rows(chart).some((row) => row.hasAttribute("tabindex"))).toBe(false);
  });
});

describe("pointing", () => {
  it("is told once for each bar, and its end", () => {
    const pointed: (number | null)[] = [];
    const chart = topFiveChart(
      { predictions: five },
      { durationMs: 0, onPoint: (index) => pointed.push(index) },
    );
    document.body.append(chart);
    const list = chart.querySelector("ol")!;
    const over = (target: Element) => target.dispatchEvent(new Event("pointerover", { bubbles: true }));
    over(rows(chart)[0]!);
    over(rows(chart)[0]!.querySelector("rect")!);
    over(rows(chart)[1]!);
    // The pointer lies where it lay, but the bar under it is another class's now.
    chart.update({ predictions: [castle, otter] });
    list.dispatchEvent(new Event("pointerleave"));
    expect(pointed).toEqual([otter.index, seal.index, castle.index, null]);
  });

  it("ends at the chart, also where that lies in a row of another list", () => {
    const told: (number | null)[] = [];
    const tell = (index: number | null) => told.push(index);
    const chart = topFiveChart({ predictions: five }, { durationMs: 0, onPoint: tell, onPress: tell });
    const outer = document.createElement("li");
    outer.dataset.index = "7";
    outer.append(chart);
    document.body.append(outer);
    const list = chart.querySelector("ol")!;
    list.dispatchEvent(new Event("pointerover", { bubbles: true }));
    list.click();
    expect(told).toEqual([]);
    rows(chart)[1]!
      .querySelector("rect")!
      .dispatchEvent(new Event("pointerover", { bubbles: true }));
    expect(told).toEqual([seal.index]);
  });
});
