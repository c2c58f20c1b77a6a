import type { State } from "../state.js";
import { wordsOf } from "../words/languages.js";
import { hasResult } from "./share.js";
import type { SharingAction } from "./sharing.js";

const TEXTS = ["name", "done", "failed"] as const;

/** Shows the buttons that pass the result on; a button says for a while what became of it. */
export function sharingView(
  page: Document,
  can: (action: SharingAction) => boolean,
  perform: (action: SharingAction) => void,
): (state: State) => void {
  const buttons = [...page.querySelectorAll<HTMLButtonElement>("[data-sharing]")].map((button) => {
    const action = button.dataset.sharing as SharingAction;
    // All texts lie on one another, so that a button is as wide as its longest.
    const spans = TEXTS.map((text) => {
      const span = page.createElement("span");
      span.dataset.says = text;
      return span;
    });
    button.replaceChildren(...spans);
    button.hidden = !can(action);
    button.addEventListener("click", () => perform(action));
    return { button, action, spans };
  });

  return (state) => {
    const { sharing } = wordsOf(state.language);
    const ready = hasResult(state);
    for (const { button, action, spans } of buttons) {
      const { name, done } = sharing[action];
      [name, done, sharing.failed].forEach((text, at) => {
        spans[at]!.textContent = text;
      });
      const last = state.sharing?.action === action ? state.sharing : null;
      button.dataset.saying = last ? (last.worked ? "done" : "failed") : "name";
      if (action === "link") continue;
      button.setAttribute("aria-disabled", String(!ready));
      // A button that is off for a moment would lose the focus.
      if (ready !== null) button.disabled = !ready;
    }
  };
}
