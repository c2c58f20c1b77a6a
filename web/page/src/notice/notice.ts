import type { State, Store } from "../state.js";

/** A part of the page that has something to say beside the answer. */
export const PARTS = ["many", "scene", "sharing", "rival", "update"] as const;
export type Notice = (typeof PARTS)[number];

const HAPPENED: Readonly<Record<Notice, (now: State, before: State) => boolean>> = {
  many: ({ many }, before) =>
    (many.phase === "done" && before.many.phase !== "done") ||
    (many.problem !== null && !before.many.problem),
  scene: ({ scene: { search } }, before) =>
    search !== before.scene.search && (search?.phase === "done" || search?.phase === "failed"),
  sharing: ({ sharing }, before) => sharing !== null && sharing !== before.sharing,
  rival: ({ comparison: { network } }, before) =>
    network.phase === "failed" && before.comparison.network.phase !== "failed",
  update: ({ offline }, before) => offline.updateWaits && !before.offline.updateWaits,
};

/** Keeps in the state which part had something to say last; the next answer takes its place. */
export function followNotices(store: Store): void {
  let before = store.state;
  store.show((state) => {
    const happened = PARTS.find((part) => HAPPENED[part](state, before));
    const isAnswer = state.look !== before.look && !(state.look.phase === "seen" && state.look.live);
    before = state;
    const notice = happened ?? (isAnswer ? null : state.notice);
    if (notice !== state.notice) store.change({ notice });
  });
}
