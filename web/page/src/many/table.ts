import { pictureInFile } from "../intake/intake.js";
import { pathOf } from "../intake/pictures.js";
import type { Picture } from "../state.js";
import { explained } from "../words/explained.js";
import { formatsOf } from "../words/format.js";
import type { Words } from "../words/words.js";
import type { Row, Seen } from "./many.js";

/** Shows rows in the body of a table; what is shown already stays where it is, and keeps the focus. */
export function tableBody(
  body: HTMLTableSectionElement,
  look: (picture: Picture) => void,
): (rows: readonly Row[], words: Words, looked: Picture["source"] | undefined) => void {
  let shown = new Map<Row, HTMLTableRowElement>();
  let spoken: Words | undefined;

  return (rows, words, looked) => {
    const drawn = spoken === words ? shown : new Map<Row, HTMLTableRowElement>();
    const next = new Map(rows.map((row) => [row, drawn.get(row) ?? rowElement(row, words, look)]));
    for (const [row, element] of shown) if (next.get(row) !== element) element.remove();
    [...next.values()].forEach((element, at) => {
      const there = body.children[at];
      if (there !== element) body.insertBefore(element, there ?? null);
    });
    for (const [{ file }, element] of next) {
      const button = element.querySelector("button")!;
      if (file === looked) button.setAttribute("aria-current", "true");
      else button.removeAttribute("aria-current");
    }
    [shown, spoken] = [next, words];
  };
}

function rowElement(row: Row, words: Words, look: (picture: Picture) => void): HTMLTableRowElement {
  const { file, seen, problem } = row;
  const element = document.createElement("tr");
  const head = document.createElement("th");
  const button = document.createElement("button");
  const name = document.createElement("span");
  head.scope = "row";
  button.type = "button";
  button.title = pathOf(file);
  name.textContent = file.name;
  button.append(thumbnailOf(seen), name);
  button.addEventListener("click", () => look(pictureInFile(file)));
  head.append(button);
  element.append(head);
  if (seen) {
    element.toggleAttribute("data-unknown", seen.known === false);
    element.append(...answerCells(seen, words));
  } else {
    const cell = cellOf(explained(problem, words, { loading: true }).title);
    cell.className = "many-problem";
    element.append(cell, cellOf(""), cellOf(""), cellOf(""));
  }
  return element;
}

function answerCells({ predictions: [first, second], known }: Seen, words: Words): HTMLTableCellElement[] {
  const { percent } = formatsOf(words.language);
  const { columns, yes, no } = words.many;
  const firstClass = cellOf(first ? words.label(first.label) : "");
  const secondClass = second ? words.label(second.label) : "";
  const probability = cellOf(first ? percent(first.probability) : "");
  probability.className = "many-number";
  firstClass.dataset.also = known === false ? `${secondClass} · ${columns.known}: ${no}` : secondClass;
  return [firstClass, probability, cellOf(secondClass), cellOf(known === null ? "" : known ? yes : no)];
}

function cellOf(text: string): HTMLTableCellElement {
  const cell = document.createElement("td");
  cell.textContent = text;
  return cell;
}

function thumbnailOf(seen: Seen | undefined): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  canvas.width = seen?.thumbnail.width ?? 0;
  canvas.height = seen?.thumbnail.height ?? 0;
  if (seen) {
    const { data, width, height } = seen.thumbnail;
    canvas.getContext("2d")!.putImageData(new ImageData(data, width, height), 0, 0);
  }
  return canvas;
}
