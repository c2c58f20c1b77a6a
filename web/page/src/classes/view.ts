import type { Classification, ModelInfo } from "wideye";
import { cardOf } from "../cards.js";
import { changing } from "../changed.js";
import { finder } from "../find.js";
import type { State } from "../state.js";
import { formatsOf } from "../words/format.js";
import { type Language, wordsOf } from "../words/languages.js";
import type { Words } from "../words/words.js";
import type { ClassList, Order } from "./classes.js";
import { arranged, type Entry, matching, type Section } from "./list.js";

// What rounds to 0 % says nothing.
const LEAST_SHOWN = 0.005;

/** Lists the network's classes, how often it is right about each, and how probable each is for the picture. */
export function classesView(page: Document, ask: (part: Partial<ClassList>) => void): (state: State) => void {
  const find = finder(page);
  const query = find<HTMLInputElement>("class-query");
  const order = find<HTMLFieldSetElement>("class-order");
  const orders = [...order.querySelectorAll("input")];
  const intro = find("class-intro");
  const count = find("class-count");
  const list = find("class-list");

  query.addEventListener("input", () => ask({ query: query.value }));
  order.addEventListener("change", (event) => {
    ask({ order: (event.target as HTMLInputElement).value as Order });
  });

  const isListNew = changing();
  let told: Classification | null = null;

  return ({ tool, network, look, language, classes }) => {
    if (tool !== "classes" || network.phase !== "ready") return;
    const { info } = network;
    if (isListNew(info, language, classes)) {
      told = null;
      const words = wordsOf(language);
      const found = matching(entriesOf(info, words), classes.query);
      intro.hidden = cardOf(info) === undefined;
      for (const choice of orders) choice.checked = choice.value === classes.order;
      if (query.value !== classes.query) query.value = classes.query;
      count.textContent = foundClasses(info, classes, words);
      list.replaceChildren(
        ...arranged(found, classes.order, language).map((section) => sectionElement(section, words)),
      );
    }
    const result = look.phase === "seen" ? look.result : null;
    if (look.phase !== "looking" && result !== told) {
      told = result;
      showProbabilities(list, result, language);
    }
  };
}

/** How many classes are found, in words. */
export function foundClasses(info: ModelInfo, { query }: Pick<ClassList, "query">, words: Words): string {
  const { number } = formatsOf(words.language);
  const found = matching(entriesOf(info, words), query).length;
  return words.classes.found(number(found), number(info.labels.length));
}

function entriesOf(info: ModelInfo, { label: nameOf }: Words): Entry[] {
  const accuracies = new Map(cardOf(info)?.test.by_class.map(({ label, top1 }) => [label, top1]));
  return info.labels.map((label, index) => {
    const superclass = info.superclasses[info.superclassOf[index] ?? -1];
    return {
      index,
      label,
      name: nameOf(label),
      superclass: superclass ? nameOf(superclass) : null,
      accuracy: accuracies.get(label) ?? null,
    };
  });
}

function sectionElement({ heading, entries }: Section, words: Words): HTMLElement {
  const section = document.createElement("section");
  section.className = "class-section";
  if (heading !== null) {
    const title = document.createElement("h3");
    title.textContent = heading;
    section.append(title);
  }
  const list = document.createElement("ul");
  list.setAttribute("role", "list");
  list.append(...entries.map((entry) => classElement(entry, words)));
  section.append(list);
  return section;
}

/** Returns one line of the list: a class and how often the network is right about it. */
export function classElement({ index, name, accuracy }: Entry, words: Words): HTMLLIElement {
  const line = document.createElement("li");
  line.className = "class";
  line.dataset.index = String(index);
  line.append(part("name", name), part("now", ""));
  if (accuracy !== null) {
    const bar = part("bar", "");
    bar.setAttribute("aria-hidden", "true");
    bar.style.setProperty("--accuracy", String(accuracy));
    line.append(part("right", words.classes.right(Math.round(10 * accuracy))), bar);
  }
  return line;
}

function part(name: string, text: string): HTMLSpanElement {
  const span = document.createElement("span");
  span.className = `class-${name}`;
  span.textContent = text;
  return span;
}

function showProbabilities(list: HTMLElement, result: Classification | null, language: Language): void {
  const { percent } = formatsOf(language);
  const probabilities = new Map(result?.predictions.map(({ index, probability }) => [index, probability]));
  for (const line of list.querySelectorAll<HTMLElement>(".class")) {
    const probability = probabilities.get(Number(line.dataset.index));
    line.querySelector(".class-now")!.textContent =
      probability !== undefined && probability >= LEAST_SHOWN ? percent(probability) : "";
  }
}
