import type { Fit } from "wideye";

import type { Rival } from "../compare/compare.js";
import type { State, Store } from "../state.js";
import { fragmentOf, settingsIn } from "./link.js";

/** What does more than change the state. */
export interface Setters {
  setFit(fit: Fit): void;
  choose(rival: Rival): void;
}

/** The fragment that agrees with the state; another one in the address is still to be followed. */
let shown = "";

/** Puts the link to these settings into the address bar. */
export function showLink(state: State): void {
  const fragment = fragmentOf(state, navigator.languages);
  // Safari counts how often, and refuses the hundredth time in half a minute.
  if (fragment !== location.hash) history.replaceState(null, "", fragment);
  shown = location.hash;
}

/** Sets what the address says, now and whenever somebody changes it. */
export function followLink(store: Store, { setFit, choose }: Setters): void {
  const follow = (): void => {
    const { fit, rival, ...settings } = settingsIn(location.hash);
    // First the rival, so that its tool does not load another one.
    if (rival && rival !== store.state.comparison.rival) choose(rival);
    if (fit && fit !== store.state.fit) setFit(fit);
    store.change(settings);
    shown = location.hash;
  };
  addEventListener("hashchange", follow);
  follow();
  // What is set afterwards is not undone when the page is loaded again.
  store.show((state) => {
    if (location.hash === shown && Object.keys(settingsIn(shown)).length > 0) showLink(state);
  });
}
