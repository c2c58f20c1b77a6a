import { version } from "wideye/package.json";
import { finder } from "../find.js";
import { save } from "../save.js";
import type { Picture, State } from "../state.js";
import { explained } from "../words/explained.js";
import { formatsOf } from "../words/format.js";
import { wordsOf } from "../words/languages.js";
import type { Words } from "../words/words.js";
import { arranged, PAGE_ROWS, pageAmong } from "./arrange.js";
import { csvOf, jsonOf } from "./export.js";
import { type Column, type Many, pace } from "./many.js";
import type { ManyPictures } from "./run.js";
import { tableBody } from "./table.js";

/** Shows many pictures as a table that can be sorted, filtered and saved. */
export function manyView(
  page: Document,
  pictures: ManyPictures,
  look: (picture: Picture) => void,
): (state: State) => void {
  const find = finder(page, "many-");
  const panel = page.querySelector<HTMLElement>("#tool-many")!;
  const folder = find<HTMLInputElement>("folder");
  const files = find<HTMLInputElement>("files");
  const hint = find("hint");
  const run = find("run");
  const progress = find<HTMLProgressElement>("progress");
  const figures = find("figures");
  const pause = find("pause");
  const stop = find("stop");
  const csv = find("csv");
  const json = find("json");
  const clear = find("clear");
  const results = find("results");
  const filter = find<HTMLInputElement>("filter");
  const heads = [...results.querySelectorAll<HTMLElement>("th[data-column]")];
  const showRows = tableBody(find<HTMLTableSectionElement>("rows"), look);
  const empty = find("empty");
  const pager = find("pager");
  const range = find("range");
  const previous = find<HTMLButtonElement>("previous");
  const next = find<HTMLButtonElement>("next");
  let many: Many;
  let at = 0;
  let shown: Pick<State, "many" | "language" | "picture"> | undefined;

  folder.parentElement!.hidden = !("webkitdirectory" in folder);
  for (const input of [folder, files]) {
    input.addEventListener("change", () => {
      if (input.files?.length) pictures.start(input.files);
      input.value = "";
    });
  }
  pause.addEventListener("click", () => (many.phase === "paused" ? pictures.goOn() : pictures.pause()));
  stop.addEventListener("click", pictures.stop);
  clear.addEventListener("click", ({ detail }) => {
    // The second click of a double one was meant for “Stop”, which has just been here.
    if (detail < 2) pictures.clear();
  });
  csv.addEventListener("click", () => save(new File([csvOf({ ...many, version })], "wideye.csv")));
  json.addEventListener("click", () => save(new File([jsonOf({ ...many, version })], "wideye.json")));
  filter.addEventListener("input", () => pictures.filter(filter.value));
  for (const head of heads) {
    head.querySelector("button")!.addEventListener("click", () => {
      pictures.sort(head.dataset.column as Column);
    });
  }
  const turn = (by: number): void => {
    pictures.turnTo(at + by);
    results.scrollIntoView();
  };
  previous.addEventListener("click", () => turn(-1));
  next.addEventListener("click", () => turn(1));

  /** The focus stays near what took it away. */
  const keepFocus = (focused: Element | null): void => {
    if (focused === previous && previous.disabled) next.focus();
    else if (focused === next && next.disabled) previous.focus();
    else if (focused && (!focused.isConnected || panel.contains(focused.closest("[hidden]")))) {
      (results.hidden ? files : filter).focus({ preventScroll: true });
    }
  };

  return (state) => {
    const { language, picture } = state;
    if (shown?.many === state.many && shown.language === language && shown.picture === picture) return;
    const started = shown !== undefined && state.many.files !== shown.many.files;
    shown = state;
    many = state.many;
    const words = wordsOf(language);
    const { number } = formatsOf(language);
    const focused = page.activeElement;
    const working = many.phase === "running" || many.phase === "paused";

    hint.hidden = many.phase !== "none";
    run.hidden = many.phase === "none";
    progress.value = many.rows.length / Math.max(many.files.length, 1);
    figures.textContent = figuresOf(many, words);
    pause.textContent = many.phase === "paused" ? words.many.goOn : words.many.pause;
    run.toggleAttribute("data-done", !working);
    pause.hidden = stop.hidden = !working;
    clear.hidden = working;
    csv.hidden = json.hidden = working || many.rows.length === 0;
    if (started) run.scrollIntoView({ block: "nearest" });

    results.hidden = many.rows.length === 0;
    if (filter.value !== many.filter) filter.value = many.filter;
    for (const head of heads) {
      if (head.dataset.column !== many.order.column) head.removeAttribute("aria-sort");
      else head.setAttribute("aria-sort", many.order.descending ? "descending" : "ascending");
    }
    const matches = arranged(many.rows, many.order, many.filter, words);
    at = pageAmong(matches.length, many.page);
    const first = at * PAGE_ROWS;
    const last = Math.min(first + PAGE_ROWS, matches.length);
    showRows(matches.slice(first, last), words, picture?.source);
    empty.hidden = matches.length > 0;
    range.textContent = words.many.range(number(first + 1), number(last), number(matches.length));
    pager.hidden = matches.length <= PAGE_ROWS;
    previous.disabled = first === 0;
    next.disabled = last === matches.length;
    keepFocus(focused);
  };
}

/** How many pictures the filter leaves, in words. */
export function foundPictures({ rows, order, filter }: Many, words: Words): string {
  const { number } = formatsOf(words.language);
  const found = arranged(rows, order, filter, words).length;
  return found === 0 ? words.many.empty : words.many.found(number(found), number(rows.length));
}

/** How far it is and how fast, in words. */
export function figuresOf(many: Many, words: Words): string {
  const { phase, files, rows, skipped, problem } = many;
  const { number, duration } = formatsOf(words.language);
  const { many: say } = words;
  const speed = pace(many);
  const figures = [
    files.length === 0 ? say.none : say.done(number(rows.length), number(files.length)),
    speed && say.speed(number(speed.perSecond, speed.perSecond < 10 ? 1 : 0)),
    phase === "running" && speed && say.left(duration(speed.secondsLeft)),
    skipped > 0 && say.skipped(number(skipped)),
    problem && explained(problem, words, { loading: true }).title,
  ];
  return figures.filter(Boolean).join(" · ");
}
