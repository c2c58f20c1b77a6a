import type { State, Store } from "../state.js";

/** Parts of the page that have something to say beside the answer. */
export const PARTS = ["many", "scene", "sharing", "rival", "update"] as const;
/** Lists that are searched while somebody types. */
export const SEARCHES = ["classes", "filter"] as const;
export type Search = (typeof SEARCHES)[number];
export type Notice = (typeof PARTS)[number] | Search;

/** Who types hears what was found once they pause. */
const PAUSE_MS = 500;

type Happened<What extends string> = Readonly<Record<What, (now: State, before: State) => boolean>>;

const HAPPENED: Happened<(typeof PARTS)[number]> = {
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

const SEARCHED: Happened<Search> = {
  classes: ({ classes }, before) => classes.query !== before.classes.query,
  // Other pictures begin without a filter.
  filter: ({ many }, before) => many.filter !== before.many.filter && many.files === before.many.files,
};

/** Keeps in the state which part had something to say last; the next answer takes its place. */
export function followNotices(store: Store): void {
  let before = store.state;
  let pause: ReturnType<typeof setTimeout> | undefined;
  store.show((state) => {
    const happened = PARTS.find((part) => HAPPENED[part](state, before));
    const searched = SEARCHES.find((search) => SEARCHED[search](state, before));
    const isAnswer = state.look !== before.look && !(state.look.phase === "seen" && state.look.live);
    before = state;
    if (searched) {
      clearTimeout(pause);
      pause = setTimeout(() => store.change({ notice: searched }), PAUSE_MS);
    }
    const notice = happened ?? (isAnswer || searched ? null : state.notice);
    if (notice !== state.notice) store.change({ notice });
  });
}
