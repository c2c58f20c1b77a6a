import type { Fit } from "wideye";

import type { Rival } from "../compare/compare.js";
import type { Store } from "../state.js";
import { fragmentOf, settingsIn } from "./link.js";

/** What does more than change the state. */
export interface Setters {
  setFit(fit: Fit): void;
  choose(rival: Rival): void;
}

/** Sets what the address says, now and whenever somebody changes it. */
export function followLink(store: Store, { setFit, choose }: Setters): void {
  const follow = (): void => {
    const { fit, rival, ...settings } = settingsIn(location.hash);
    // First the rival, so that its tool does not load another one.
    if (rival && rival !== store.state.comparison.rival) choose(rival);
    if (fit && fit !== store.state.fit) setFit(fit);
    store.change(settings);
  };
  addEventListener("hashchange", follow);
  follow();
  // What is set afterwards is not undone when the page is loaded again.
  store.show((state) => {
    const fragment = fragmentOf(state, navigator.languages);
    if (Object.keys(settingsIn(location.hash)).length > 0 && location.hash !== fragment) {
      history.replaceState(null, "", fragment);
    }
  });
}
