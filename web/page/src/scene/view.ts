import { changing } from "../changed.js";
import { finder } from "../find.js";
import { previewOf } from "../picture/preview.js";
import type { State } from "../state.js";
import { explained } from "../words/explained.js";
import { formatsOf } from "../words/format.js";
import { wordsOf } from "../words/languages.js";
import type { Words } from "../words/words.js";
import type { SceneActions } from "./actions.js";
import { sceneGrid } from "./grid.js";
import { LEAST_SHARE, type Search } from "./scene.js";
import { isSure, outlined, type Sighting, SURE, sightings } from "./sightings.js";

/** Shows the picture under its windows, and what was seen in them. */
export function sceneView(page: Document, actions: SceneActions): (state: State) => void {
  const find = finder(page, "scene-");
  const frame = find("frame");
  const hint = find("hint");
  const photo = find<HTMLImageElement>("photo");
  const caption = find("caption");
  const progress = find<HTMLProgressElement>("progress");
  const share = find<HTMLInputElement>("share");
  const shareText = find("share-text");
  const list = find("list");
  let overlay: SVGSVGElement | undefined;
  const isOverlayNew = changing();
  const isListNew = changing();

  const indexAt = (event: Event): number | null => {
    const button = (event.target as Element).closest<HTMLElement>("[data-index]");
    return button && Number(button.dataset.index);
  };
  share.min = String(100 * LEAST_SHARE);
  share.addEventListener("input", () => actions.resize(share.valueAsNumber / 100));
  for (const type of ["pointerover", "focusin"]) {
    list.addEventListener(type, (event) => actions.point(indexAt(event)));
  }
  for (const type of ["pointerleave", "focusout"]) list.addEventListener(type, () => actions.point(null));
  list.addEventListener("click", (event) => {
    const index = indexAt(event);
    if (index !== null) actions.pin(index);
  });
  list.addEventListener("keydown", ({ key }) => {
    if (key === "Escape") actions.letGo();
  });

  return (state) => {
    const { tool, picture, preview, scene, language } = state;
    if (tool !== "scene") return;
    const own = previewOf(state);
    const words = wordsOf(language);
    const { percent } = formatsOf(language);
    const search = scene.search?.picture === picture ? scene.search : null;

    hint.hidden = preview !== null;
    photo.hidden = own === null;
    if (own && photo.src !== own.url) photo.src = own.url;
    photo.alt = own ? words.intake.alt(own.picture.alt) : "";
    // The frame keeps its shape until there is another picture to put into it.
    frame.style.setProperty("--ratio", preview ? String(preview.width / preview.height) : "");

    share.valueAsNumber = Math.round(100 * scene.share);
    shareText.textContent = percent(scene.share);
    share.setAttribute("aria-valuetext", words.scene.share(percent(scene.share)));

    caption.textContent = captionOf(search, words);
    progress.hidden = search?.phase !== "reading" && search?.phase !== "looking";
    progress.value = search?.phase === "looking" ? search.firsts.length / windowCount(search) : 0;

    const answered = search?.phase === "looking" || search?.phase === "done" ? search : null;
    const shown = answered && outlined(scene, answered.firsts);
    if (isOverlayNew(answered, shown, words)) {
      overlay?.remove();
      overlay = answered ? overlayOf(answered, shown, words) : undefined;
      if (overlay) frame.append(overlay);
    }
    if (isListNew(search?.phase === "done" && search, words)) {
      const found = search?.phase === "done" ? sightings(search.firsts) : [];
      list.replaceChildren(...found.map((sighting) => itemOf(page, sighting, words)));
    }
    for (const button of list.querySelectorAll<HTMLElement>("[data-index]")) {
      button.setAttribute("aria-pressed", String(Number(button.dataset.index) === scene.pinned));
    }
  };
}

type Answered = Extract<Search, { phase: "looking" | "done" }>;

function overlayOf({ grid, firsts }: Answered, shown: number | null, words: Words): SVGSVGElement {
  const { percent } = formatsOf(words.language);
  return sceneGrid(grid, firsts, {
    name: words.scene.grid,
    shown,
    label: ({ label, probability }) => ({ name: words.label(label), value: percent(probability) }),
  });
}

function itemOf(page: Document, { index, label, best, windows }: Sighting, words: Words): HTMLLIElement {
  const { percent, number } = formatsOf(words.language);
  const button = page.createElement("button");
  button.type = "button";
  button.className = "scene-item";
  button.dataset.index = String(index);
  const texts = {
    name: words.label(label),
    best: percent(best),
    windows: words.scene.windows(windows, number(windows)),
  };
  for (const [part, text] of Object.entries(texts)) {
    const span = page.createElement("span");
    span.className = `scene-${part}`;
    span.textContent = text;
    button.append(span, " ");
  }
  const item = page.createElement("li");
  item.append(button);
  return item;
}

/** What came of a search, in words. */
export function captionOf(search: Search | null, words: Words): string {
  const { language, scene } = words;
  const { number, percent } = formatsOf(language);
  if (search?.phase === "failed") return explained(search.problem, words, { loading: true }).title;
  if (search?.phase !== "done") return "";
  const sure = search.firsts.filter(isSure).length;
  if (sure === 0) return scene.nothing(percent(SURE));
  return scene.summary(number(sure), number(search.firsts.length), percent(SURE));
}

function windowCount({ grid: { columns, rows } }: Answered): number {
  return columns.length * rows.length;
}
