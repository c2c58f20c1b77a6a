// @vitest-environment happy-dom

import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Classification, ModelInfo, Prediction } from "wideye";

import { followNotices } from "../src/notice/notice.js";
import { noticeView } from "../src/notice/view.js";
import { type Look, type Picture, Store } from "../src/state.js";

describe("notices", () => {
  let store: Store;
  const said = () => document.querySelector("#notice")!.textContent;
  const picture: Picture = { source: new Blob(), name: "a.png", alt: "a.png" };
  const seen = (live = false): Look => {
    const result = {} as Classification;
    return { phase: "seen", result, ...(live && { live: { result, atMs: 0 } }) };
  };

  beforeEach(() => {
    document.body.innerHTML = '<span id="notice"></span>';
    store = new Store();
    followNotices(store);
    store.show(noticeView(document));
  });

  it("tell what was shared until its button says so no more, in the page's language", () => {
    store.change({ sharing: { action: "link", worked: true } });
    expect(said()).toBe("Copied");
    store.change({ language: "de" });
    expect(said()).toBe("Kopiert");
    store.change({ sharing: null });
    expect(said()).toBe("");
    store.change({ sharing: { action: "copy", worked: false } });
    expect(said()).toBe("Ging nicht");
  });

  it("tell the end of many pictures, and why they paused, but not their progress", () => {
    const { many } = store.state;
    const files = [new File([], "a.png")];
    const rows = [{ position: 0, file: files[0]!, problem: { code: "too-large", message: "" } }];
    store.change({ many: { ...many, phase: "running", files } });
    expect(said()).toBe("");
    store.change({ many: { ...many, phase: "paused", files, problem: { code: "network", message: "" } } });
    expect(said()).toBe("0 of 1 looked at · The network is missing");
    store.change({ many: { ...many, phase: "running", files } });
    expect(said()).toBe("");
    store.change({ many: { ...many, phase: "done", files, rows } });
    expect(said()).toBe("1 looked at");
  });

  it("tell what a scene search found, or why it failed", () => {
    const first: Prediction = { index: 0, label: "otter", superclass: null, probability: 0.5 };
    const search = { picture, share: 0.5, grid: { width: 2, height: 1, columns: [0], rows: [0] } };
    const show = (found: object) =>
      store.change({ scene: { ...store.state.scene, search: { ...search, ...found } as never } });
    show({ phase: "looking", firsts: [] });
    expect(said()).toBe("");
    show({ phase: "done", firsts: [first] });
    expect(said()).toBe("It is at least 50% sure of 1 of 1 squares");
    show({ phase: "failed", problem: { code: "network", message: "" } });
    expect(said()).toBe("The network is missing");
  });

  it("tell of a second network that failed and of a new version", () => {
    const problem = { code: "bad-model", message: "" };
    store.change({ comparison: { ...store.state.comparison, network: { phase: "failed", problem } } });
    expect(said()).toBe("narrow: The network is damaged");
    store.change({ offline: { ...store.state.offline, updateWaits: true } });
    expect(said()).toBe("A new version is ready.");
  });

  describe("of a search", () => {
    beforeEach(() => vi.useFakeTimers());
    afterEach(() => vi.useRealTimers());

    it("tell how many classes it found, half a second after the last letter", () => {
      const info = { name: "", labels: ["otter", "orange", "oak_tree"], superclasses: [], superclassOf: [] };
      store.change({ network: { phase: "ready", info: info as unknown as ModelInfo } });
      const type = (query: string) => store.changeIn("classes", { query });
      type("o");
      vi.advanceTimersByTime(499);
      type("ot");
      vi.advanceTimersByTime(499);
      expect(said()).toBe("");
      vi.advanceTimersByTime(1);
      expect(said()).toBe("1 of 3 classes");
      type("otx");
      expect(said()).toBe("");
      vi.advanceTimersByTime(500);
      expect(said()).toBe("0 of 3 classes");
      store.changeIn("classes", { order: "name" });
      store.change({ language: "de" });
      expect(said()).toBe("0 von 3 Klassen");
    });

    it("tell once what a filter leaves of many pictures, but not that others have none", () => {
      const { many } = store.state;
      const row = (position: number, name: string) => ({
        position,
        file: new File([], name),
        problem: { code: "too-large", message: "" },
      });
      const running = { ...many, phase: "running" as const, files: [new File([], "a.png")] };
      const rows = [row(0, "otter.png"), row(1, "seal.png")];
      store.change({ many: { ...running, rows } });
      store.change({ many: { ...running, rows, filter: "otter" } });
      vi.advanceTimersByTime(500);
      expect(said()).toBe("Pictures that match: 1 of 2");
      store.change({ many: { ...running, rows: [...rows, row(2, "otter 2.png")], filter: "otter" } });
      expect(said()).toBe("Pictures that match: 1 of 2");
      store.change({ many: { ...running, rows, filter: "whale" } });
      vi.advanceTimersByTime(500);
      expect(said()).toBe("No picture matches.");
      store.change({ many: { ...many, phase: "running", files: [new File([], "b.png")] } });
      vi.advanceTimersByTime(500);
      store.change({ language: "es" });
      expect(said()).toBe("");
    });
  });

  it("give way to the next answer, but not to each frame of a camera", () => {
    store.change({ offline: { ...store.state.offline, updateWaits: true } });
    store.change({ look: seen(true) });
    store.change({ look: seen(true) });
    expect(said()).toBe("A new version is ready.");
    store.change({ look: seen() });
    expect(said()).toBe("");
    store.change({ tool: "many" });
    expect(said()).toBe("");
  });
});
