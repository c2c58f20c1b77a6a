import type { Prediction } from "wideye";

import { problemOf, type Session } from "../session.js";
import type { Picture, State, Store } from "../state.js";
import type { Search } from "./scene.js";
import { type Grid, gridOver, windowsOf } from "./windows.js";

// Often enough to follow, and seldom enough not to slow the search down.
const SHOW_EVERY_MS = 100;

interface Wish {
  readonly picture: Picture;
  readonly share: number;
}

/** Looks through the picture while the tool is open; what nobody waits for any more is dropped. */
export function followScene(store: Store, session: Session): (state: State) => void {
  let wish: Wish | null = null;
  let latest = new AbortController();

  return ({ tool, picture, look, scene: { share, search, shown } }) => {
    // The network looks at the whole picture first: what it cannot read has no windows either.
    const open = tool === "scene" && picture && (look.phase === "seen" || wish?.picture === picture);
    const next = open ? { picture, share } : null;
    if (isSame(next, wish)) return;
    latest.abort();
    wish = next;
    if (next === null || (search?.phase === "done" && isSame(search, next))) return;
    latest = new AbortController();
    if (shown && search?.picture !== picture) store.change({ scene: { share, search, shown: null } });
    void lookThrough(next, session, latest.signal, (found) => {
      store.change({ scene: { ...store.state.scene, search: found } });
    });
  };
}

async function lookThrough(
  wish: Wish,
  session: Session,
  signal: AbortSignal,
  show: (search: Search) => void,
): Promise<void> {
  try {
    const bitmap = await createImageBitmap(await session.read(wish.picture, signal));
    const grid = gridOver(bitmap, wish.share);
    const copy = reduced(bitmap, grid);
    bitmap.close();
    const classifier = await session.classifier();
    const firsts: Prediction[] = [];
    let shownAt = 0;
    for await (const { result, error } of classifier.classifyAll(cutOut(copy, grid), { topK: 1, signal })) {
      if (error) throw error;
      firsts.push(result.predictions[0]!);
      const now = performance.now();
      if (now - shownAt < SHOW_EVERY_MS) continue;
      shownAt = now;
      show({ ...wish, phase: "looking", grid, firsts: [...firsts] });
    }
    show({ ...wish, phase: "done", grid, firsts });
  } catch (error) {
    if (!signal.aborted) show({ ...wish, phase: "failed", problem: problemOf(error) });
  }
}

function reduced(bitmap: ImageBitmap, { width, height }: Grid): CanvasRenderingContext2D {
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext("2d", { willReadFrequently: true })!;
  context.imageSmoothingQuality = "high";
  context.drawImage(bitmap, 0, 0, width, height);
  return context;
}

function* cutOut(copy: CanvasRenderingContext2D, grid: Grid): Generator<ImageData> {
  for (const { x, y, width, height } of windowsOf(grid)) yield copy.getImageData(x, y, width, height);
}

function isSame(a: Wish | null, b: Wish | null): boolean {
  return a?.picture === b?.picture && a?.share === b?.share;
}
