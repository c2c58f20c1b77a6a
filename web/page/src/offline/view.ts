import { changing } from "../changed.js";
import type { State } from "../state.js";
import { formatsOf } from "../words/format.js";
import { wordsOf } from "../words/languages.js";
import { counted } from "./requests.js";

/** Shows how many requests have left the device, and which. */
export function requestsView(page: Document): (state: State) => void {
  const count = page.querySelector("#requests-count")!;
  const none = page.querySelector<HTMLElement>("#requests-none")!;
  const list = page.querySelector<HTMLElement>("#requests-list")!;
  const own = page.querySelector<HTMLElement>("#requests-own")!;
  const where = page.querySelector("#requests-counted")!;

  const isNew = changing();
  return ({ language, offline }) => {
    if (!isNew(language, offline)) return;
    const { asked, ownFiles, kept } = offline;
    const words = wordsOf(language).offline;
    const { number } = formatsOf(language);
    count.textContent = words.requests(asked.length, number(asked.length));
    where.textContent = kept ? words.countedByWorker : words.countedByBrowser;
    none.hidden = asked.length > 0;
    own.hidden = ownFiles === 0;
    own.textContent = words.ownFiles(ownFiles, number(ownFiles));
    list.hidden = asked.length === 0;
    list.replaceChildren(
      ...[...counted(asked)].map(([address, times]) => {
        const item = page.createElement("li");
        item.textContent = times === 1 ? address : `${address} (${number(times)} ×)`;
        return item;
      }),
    );
  };
}

/** Offers the page as one file of so many bytes, where there is one beside it. */
export function takeAwayView(page: Document, bytes: number): (state: State) => void {
  const link = page.querySelector<HTMLAnchorElement>("#take-away")!;
  link.hidden = bytes === 0;
  const isNew = changing();
  return ({ language }) => {
    if (!isNew(language)) return;
    link.textContent = wordsOf(language).offline.takeAway(formatsOf(language).megabytes(bytes));
  };
}

/** Offers the newer version that waits. */
export function updateView(page: Document, reload: () => void, later: () => void): (state: State) => void {
  const prompt = page.querySelector<HTMLElement>("#update")!;
  page.querySelector("#update-reload")!.addEventListener("click", reload);
  page.querySelector("#update-later")!.addEventListener("click", () => {
    later();
    // The button is gone now; the focus must not go with it.
    page.querySelector<HTMLElement>("#file")!.focus({ preventScroll: true });
  });
  return ({ offline }) => {
    prompt.hidden = !offline.updateWaits;
  };
}
