import type { State, Store } from "./state.js";

/** Pauses are so many times as long as the work before them, longer under a camera, which wants many answers. */
const PAUSE = 1;
const LIVE_PAUSE = 3;

/**
 * Answers what is due, one after the other and only the newest, with pauses in which the picture itself is answered.
 */
export function inRounds<Due>(
  store: Store,
  dueIn: (state: State) => Due | null,
  answer: (due: Due) => Promise<void>,
): void {
  let working = false;
  store.show(async () => {
    if (working) return;
    working = true;
    try {
      for (let due = dueIn(store.state); due !== null; due = dueIn(store.state)) {
        const begun = performance.now();
        await answer(due);
        const { look } = store.state;
        const pause = look.phase === "seen" && look.live ? LIVE_PAUSE : PAUSE;
        await new Promise((resolve) => setTimeout(resolve, pause * (performance.now() - begun)));
      }
    } finally {
      working = false;
    }
  });
}
