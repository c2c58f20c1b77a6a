// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Classification, ClassifyAllOptions, Outcome, Prediction } from "wideye";

import { requirePixels } from "../src/picture/readback.js";
import { Failure } from "../src/problem.js";
import { sceneActions } from "../src/scene/actions.js";
import { sceneGrid } from "../src/scene/grid.js";
import { followScene } from "../src/scene/search.js";
import { outlined, peaks, sightings } from "../src/scene/sightings.js";
import { cellsOf, type Grid, gridOver, starts, windowsOf } from "../src/scene/windows.js";
import type { Session } from "../src/session.js";
import { type Picture, type State, Store } from "../src/state.js";
import { classification } from "./fixtures.js";

vi.mock("../src/picture/readback.js", () => ({ requirePixels: vi.fn() }));

const labels = ["castle", "bridge", "sea"];
const first = (index: number, probability: number): Prediction => ({
  index,
  label: labels[index]!,
  superclass: null,
  probability,
});

describe("windows", () => {
  it("reach from edge to edge, half a window apart or a little less", () => {
    // (100 - 40) / 20 = 3 steps of 20
    expect(starts(100, 40)).toEqual([0, 20, 40, 60]);
    // (90 - 40) / 20 = 2.5, so 3 steps of 16.67
    expect(starts(90, 40)).toEqual([0, 17, 33, 50]);
    expect(starts(40, 40)).toEqual([0]);
  });

  it("are as large as their share of the shorter side, 64 pixels of the reduced copy", () => {
    // A quarter of 600 is 150; 64 / 150 of 800 by 600 are 341.3 by 256.
    const lying = gridOver({ width: 800, height: 600 }, 0.25);
    // (341 - 64) / 32 = 8.7, so 9 steps; (256 - 64) / 32 = 6 steps.
    expect(lying).toMatchObject({ width: 341, height: 256, side: 64 });
    expect([lying.columns.length, lying.rows.length]).toEqual([10, 7]);
    const upright = gridOver({ width: 600, height: 800 }, 0.25);
    expect(upright).toEqual({ ...lying, width: 256, height: 341, columns: lying.rows, rows: lying.columns });
  });

  it("are never enlarged", () => {
    expect(gridOver({ width: 60, height: 40 }, 0.5)).toEqual({
      width: 60,
      height: 40,
      side: 20,
      columns: [0, 10, 20, 30, 40],
      rows: [0, 10, 20],
    });
    expect(windowsOf(gridOver({ width: 1, height: 1 }, 0.2))).toEqual([{ x: 0, y: 0, width: 1, height: 1 }]);
  });

  it.each([
    [{ width: 800, height: 600 }, 0.35],
    [{ width: 333, height: 1999 }, 0.2],
    [{ width: 61, height: 7 }, 0.45],
  ])("cover %o at %f, each around a cell of its own", (picture, share) => {
    const grid = gridOver(picture, share);
    const windows = windowsOf(grid);
    const cells = cellsOf(grid);
    expect(cells).toHaveLength(windows.length);
    expect(cells.reduce((sum, { width, height }) => sum + width * height, 0)).toBe(grid.width * grid.height);
    expect(windows.at(-1)).toMatchObject({ x: grid.width - grid.side, y: grid.height - grid.side });
    for (const [at, window] of windows.entries()) {
      const cell = cells[at]!;
      const centre = { x: window.x + window.width / 2, y: window.y + window.height / 2 };
      expect(centre.x).toBeGreaterThan(cell.x);
      expect(centre.x).toBeLessThan(cell.x + cell.width);
      expect(centre.y).toBeGreaterThan(cell.y);
      expect(centre.y).toBeLessThan(cell.y + cell.height);
      expect(cell.x).toBeGreaterThanOrEqual(window.x);
      expect(cell.x + cell.width).toBeLessThanOrEqual(window.x + window.width);
    }
  });
});

const grid: Grid = { width: 80, height: 60, side: 40, columns: [0, 20, 40], rows: [0, 20] };
// castle castle sea
// bridge castle castle
const firsts = [first(0, 0.6), first(0, 0.5), first(2, 0.4), first(1, 0.8), first(0, 0.9), first(0, 0.3)];

describe("what was seen", () => {
  it("is what the network is sure of, the surest first", () => {
    expect(sightings(firsts)).toEqual([
      { index: 0, label: "castle", best: 0.9, windows: 3 },
      { index: 1, label: "bridge", best: 0.8, windows: 1 },
    ]);
    expect(sightings([first(2, 0.49)])).toEqual([]);
  });

  it("has one peak in each patch of a class", () => {
    // 0, 1 and 4 hang together; 3 is another class; 2 and 5 are not sure.
    expect(peaks(grid, firsts)).toEqual([4, 3]);
    // The end of a row and the start of the next are no neighbours, nor are corners.
    const apart = [first(2, 0.1), first(2, 0.1), first(0, 0.7), first(0, 0.8), first(2, 0.1), first(2, 0.1)];
    expect(peaks(grid, apart)).toEqual([2, 3]);
    const corners = [first(0, 0.7), first(2, 0.1), first(2, 0.1), first(2, 0.1), first(0, 0.8)];
    expect(peaks(grid, corners)).toEqual([0, 4]);
  });

  it.each([
    ["nothing is asked for", null, null, null],
    ["a class is pointed at", 0, null, 0],
    ["a class is pinned", null, 0, 0],
    ["another one is pointed at than is pinned", 0, 1, 0],
    ["nothing is sure of the class that is pinned", null, 2, null],
    ["nothing is sure of the class that is pointed at", 2, 1, 1],
  ])("are outlined where %s", (_, pointed, pinned, expected) => {
    const seen = [first(0, 0.6), first(1, 0.5), first(2, 0.4)];
    expect(outlined({ pointed, pinned }, seen)).toBe(expected);
  });

  it("are pinned until the same is chosen again", () => {
    const store = new Store();
    const { point, pin, letGo } = sceneActions(store);
    const shown = () => [store.state.scene.pointed, store.state.scene.pinned];
    point(3);
    pin(3);
    expect(shown()).toEqual([3, 3]);
    point(5);
    pin(5);
    expect(shown()).toEqual([5, 5]);
    pin(5);
    expect(shown()).toEqual([null, null]);
    pin(3);
    letGo();
    expect(shown()).toEqual([null, null]);
  });
});

describe("the grid", () => {
  const options = {
    name: "squares",
    shown: null,
    label: ({ label, probability }: Prediction) => ({ name: label, value: `${100 * probability} %` }),
  };
  const draw = (shown: number | null) => sceneGrid(grid, firsts.slice(0, 5), { ...options, shown });

  it("is drawn as before, its veil 0.82 where nothing is known and thinner by the probability", () => {
    expect(`${draw(null).outerHTML}\n`).toMatchInlineSnapshot(`
      "<svg class="scene-grid" role="img" aria-label="squares"><rect class="scene-cell" x="0%" y="0%" width="37.5%" height="50%" fill-opacity="0.328"></rect><rect class="scene-cell" x="37.5%" y="0%" width="25%" height="50%" fill-opacity="0.410"></rect><rect class="scene-cell" x="62.5%" y="0%" width="37.5%" height="50%" fill-opacity="0.492"></rect><rect class="scene-cell" x="0%" y="50%" width="37.5%" height="50%" fill-opacity="0.164"></rect><rect class="scene-cell" x="37.5%" y="50%" width="25%" height="50%" fill-opacity="0.082"></rect><rect class="scene-cell" x="62.5%" y="50%" width="37.5%" height="50%" fill-opacity="0.820"></rect><text class="scene-label" x="50%" y="75%" dx="0" text-anchor="middle">castle<tspan class="scene-label-value"> 90 %</tspan></text></svg>
      "
    `);
  });

  it("outlines the windows of a class, which nothing veils", () => {
    const svg = draw(0);
    // Windows 0, 1 and 4 start at 0, 20 and 20 of 80 pixels.
    for (const part of [".scene-window", "mask [fill=black]"]) {
      const starts = [...svg.querySelectorAll(part)].map((window) => window.getAttribute("x"));
      expect(starts, part).toEqual(["0%", "25%", "25%"]);
    }
    expect(svg.querySelectorAll(".scene-cell")).toHaveLength(0);
    expect([...svg.querySelectorAll("text")].map((text) => text.textContent)).toEqual(["castle 90 %"]);
  });
});

describe("the search", () => {
  const picture: Picture = { source: new Blob(), name: "bridge.jpg", alt: "" };
  const result = (index: number): Classification =>
    classification({ predictions: [first(index, 0.7)], width: 64, height: 64 });
  const seen: State["look"] = { phase: "seen", result: result(0) };
  let createImageBitmap: ReturnType<typeof vi.fn>;
  let store: Store;
  let signals: AbortSignal[];
  let answer: (outcome: Partial<Outcome>) => void;

  beforeEach(() => {
    createImageBitmap = vi.fn(async () => ({ width: 30, height: 20, close: () => {} }));
    vi.stubGlobal("createImageBitmap", createImageBitmap);
    const context = { canvas: {}, drawImage: () => {}, getImageData: () => ({}) };
    vi.spyOn(HTMLCanvasElement.prototype, "getContext").mockReturnValue(context as never);
    signals = [];
    store = new Store();
    const classifier = {
      async *classifyAll(inputs: Iterable<ImageData>, { signal }: ClassifyAllOptions) {
        signals.push(signal!);
        for (const input of inputs) {
          const outcome = await new Promise<Partial<Outcome>>((resolve) => {
            answer = resolve;
          });
          if (signal!.aborted) throw new Error("aborted");
          yield { input, ...outcome };
        }
      },
    };
    const session = { read: async () => new Blob(), classifier: async () => classifier };
    store.show(followScene(store, session as unknown as Session));
  });
  afterEach(() => {
    vi.restoreAllMocks();
    vi.unstubAllGlobals();
  });

  const started = (count: number) => vi.waitFor(() => expect(signals).toHaveLength(count));
  const changeShare = (share: number) => store.change({ scene: { ...store.state.scene, share } });

  it("waits for the tool and for the answer to the whole picture", async () => {
    store.change({ picture, look: { phase: "looking" }, tool: "scene" });
    store.change({ tool: "many", look: seen });
    await new Promise((resolve) => setTimeout(resolve));
    expect(signals).toEqual([]);
    store.change({ tool: "scene" });
    await started(1);
    // Another fit of the same picture changes nothing.
    store.change({ look: { phase: "looking" } });
    store.change({ look: seen });
    expect(signals[0]!.aborted).toBe(false);
  });

  it("is kept once it is done, and begun again where it is not", async () => {
    store.change({ picture, look: seen, tool: "scene", scene: { ...store.state.scene, share: 1 } });
    await started(1);
    // 30 by 20 pixels, windows of 20: one step of 10.
    answer({ result: result(1) });
    await vi.waitFor(() => expect(store.state.scene.search).toMatchObject({ phase: "looking" }));
    store.change({ tool: "many" });
    store.change({ tool: "scene" });
    await started(2);
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, false]);
    for (const index of [1, 0]) {
      answer({ result: result(index) });
      await new Promise((resolve) => setTimeout(resolve));
    }
    await vi.waitFor(() =>
      expect(store.state.scene.search).toMatchObject({
        picture,
        share: 1,
        phase: "done",
        firsts: [first(1, 0.7), first(0, 0.7)],
      }),
    );
    store.change({ tool: "many" });
    store.change({ tool: "scene" });
    changeShare(0.5);
    await started(3);
  });

  it("is dropped for another picture, which nothing is pinned in", async () => {
    store.change({ picture, look: seen, tool: "scene" });
    await started(1);
    answer({ result: result(1) });
    await vi.waitFor(() => expect(store.state.scene.search).toMatchObject({ phase: "looking" }));
    store.change({ scene: { ...store.state.scene, pinned: 1 } });
    store.change({ picture: { ...picture }, look: { phase: "looking" } });
    expect(signals[0]!.aborted).toBe(true);
    store.change({ look: seen });
    await started(2);
    expect(store.state.scene.pinned).toBeNull();
  });

  it("decodes a picture once, however often the size of its windows changes", async () => {
    store.change({ picture, look: seen, tool: "scene" });
    for (const share of [0.3, 0.35, 0.4]) changeShare(share);
    await started(1);
    changeShare(0.5);
    await started(2);
    expect(createImageBitmap).toHaveBeenCalledTimes(1);
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, false]);
  });

  it("is under way from its beginning until it is done, failed or dropped", async () => {
    store.change({
      picture,
      look: { phase: "failed", problem: { code: "cors", message: "" } },
      tool: "scene",
    });
    expect(store.state.scene.search).toBeNull();
    store.change({ look: seen });
    expect(store.state.scene.search).toMatchObject({ phase: "reading", picture });
    store.change({ tool: "many" });
    expect(store.state.scene.search).toBeNull();
  });

  it("asks nothing where pages may not read pixels", async () => {
    vi.mocked(requirePixels).mockImplementationOnce(() => {
      throw new Failure("hidden-pixels", "made up");
    });
    store.change({ picture, look: seen, tool: "scene" });
    await vi.waitFor(() =>
      expect(store.state.scene.search).toMatchObject({
        phase: "failed",
        problem: { code: "hidden-pixels", message: "made up" },
      }),
    );
    expect([createImageBitmap.mock.calls, signals]).toEqual([[], []]);
  });

  it("tells why it failed", async () => {
    store.change({ picture, look: seen, tool: "scene" });
    await started(1);
    answer({ error: new Error("out of memory") as never });
    await vi.waitFor(() =>
      expect(store.state.scene.search).toMatchObject({
        phase: "failed",
        problem: { code: "internal", message: "out of memory" },
      }),
    );
  });
});
