import { changing } from "../changed.js";
import { foundClasses } from "../classes/view.js";
import { figuresOf, foundPictures } from "../many/view.js";
import { captionOf } from "../scene/view.js";
import type { State } from "../state.js";
import { explained } from "../words/explained.js";
import { wordsOf } from "../words/languages.js";
import type { Words } from "../words/words.js";
import { type Notice, SEARCHES } from "./notice.js";

/** Tells screen readers, after the answer, what else has happened. */
export function noticeView(page: Document): (state: State) => void {
  const place = page.querySelector("#notice")!;
  const isNew = changing();

  return (state) => {
    const { notice, language } = state;
    // What a search found is told once, while further pictures may join.
    if (!isNew(notice, language) && SEARCHES.some((search) => search === notice)) return;
    const text = notice ? TEXTS[notice](state, wordsOf(language)) : "";
    if (place.textContent !== text) place.textContent = text;
  };
}

const TEXTS: Readonly<Record<Notice, (state: State, words: Words) => string>> = {
  many: ({ many }, words) => (many.phase === "done" || many.problem ? figuresOf(many, words) : ""),
  scene: ({ scene }, words) => captionOf(scene.search, words),
  sharing: ({ sharing: last }, { sharing }) => {
    if (!last) return "";
    return last.worked ? sharing[last.action].done : sharing.failed;
  },
  rival: ({ comparison: { rival, network } }, words) =>
    network.phase === "failed"
      ? `${rival}: ${explained(network.problem, words, { loading: true }).title}`
      : "",
  update: ({ offline }, words) => (offline.updateWaits ? words.offline.update : ""),
  classes: ({ network, classes }, words) =>
    network.phase === "ready" ? foundClasses(network.info, classes, words) : "",
  filter: ({ many }, words) => (many.rows.length > 0 ? foundPictures(many, words) : ""),
};
