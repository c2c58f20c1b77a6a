import type { Prediction } from "wideye";

import { requirePixels } from "../picture/readback.js";
import { problemOf } from "../problem.js";
import type { Session } from "../session.js";
import type { Picture, State, Store } from "../state.js";
import { copyScene, reduced, type SceneCopy } from "./copy.js";
import type { Scene, Search } from "./scene.js";
import { type Grid, gridOver, windowsOf } from "./windows.js";

// Often enough to follow, and seldom enough not to slow the search down.
const SHOW_EVERY_MS = 100;

interface Wish {
  readonly picture: Picture;
  readonly share: number;
}

/** Looks through the picture while the tool is open; what nobody waits for any more is dropped. */
export function followScene(store: Store, session: Session): (state: State) => void {
  const copies = new WeakMap<Picture, Promise<SceneCopy>>();
  let wish: Wish | null = null;
  let latest = new AbortController();

  const change = (part: Partial<Scene>): void => store.changeIn("scene", part);

  const copyOf = (picture: Picture, signal: AbortSignal): Promise<SceneCopy> => {
    const known = copies.get(picture);
    if (known) return known;
    const copy = session.read(picture, signal).then(copyScene);
    copies.set(picture, copy);
    copy.catch(() => copies.delete(picture));
    return copy;
  };

  const lookThrough = async (next: Wish, signal: AbortSignal): Promise<void> => {
    const show = (search: Search): void => {
      if (!signal.aborted) change({ search });
    };
    try {
      requirePixels();
      const copy = await copyOf(next.picture, signal);
      if (signal.aborted) return;
      const grid = gridOver(copy, next.share);
      const windows = cutOut(reduced(copy.canvas, grid), grid);
      const classifier = await session.classifier();
      const firsts: Prediction[] = [];
      let shownAt = 0;
      for await (const { result, error } of classifier.classifyAll(windows, { topK: 1, signal })) {
        if (error) throw error;
        firsts.push(result.predictions[0]!);
        const now = performance.now();
        if (now - shownAt < SHOW_EVERY_MS) continue;
        shownAt = now;
        show({ ...next, phase: "looking", grid, firsts: [...firsts] });
      }
      show({ ...next, phase: "done", grid, firsts });
    } catch (error) {
      show({ ...next, phase: "failed", problem: problemOf(error) });
    }
  };

  return ({ tool, picture, look, scene: { share, search } }) => {
    // The network looks at the whole picture first: what it cannot read has no windows either.
    const open = tool === "scene" && picture && (look.phase === "seen" || wish?.picture === picture);
    const next = open ? { picture, share } : null;
    if (isSame(next, wish)) return;
    latest.abort();
    wish = next;
    if (next === null) {
      if (search?.phase === "reading" || search?.phase === "looking") change({ search: null });
      return;
    }
    if (search?.phase === "done" && isSame(search, next)) return;
    latest = new AbortController();
    if (search?.picture !== picture) {
      change({ pointed: null, pinned: null, search: { ...next, phase: "reading" } });
    }
    void lookThrough(next, latest.signal);
  };
}

function* cutOut(copy: CanvasRenderingContext2D, grid: Grid): Generator<ImageData> {
  for (const { x, y, width, height } of windowsOf(grid)) yield copy.getImageData(x, y, width, height);
}

function isSame(a: Wish | null, b: Wish | null): boolean {
  return a?.picture === b?.picture && a?.share === b?.share;
}
