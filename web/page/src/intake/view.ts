import type { State } from "../state.js";
import { wordsOf } from "../words/languages.js";
import type { Sample } from "./samples.js";

/** Builds the row of sample pictures and their credits; the view marks the one that is shown. */
export function samplesView(
  page: Document,
  samples: readonly Sample[],
  look: (sample: Sample) => void,
): (state: State) => void {
  const row = page.querySelector("#samples")!;
  const buttons = samples.map((sample) => {
    const item = page.createElement("li");
    const button = page.createElement("button");
    const image = page.createElement("img");
    button.type = "button";
    button.className = "sample";
    image.src = sample.url;
    image.alt = sample.alt;
    image.decoding = "async";
    button.append(image);
    button.addEventListener("click", () => look(sample));
    item.append(button);
    row.append(item);
    return button;
  });
  page.querySelector("#credits")!.append(...samples.map((sample) => credit(page, sample)));

  return ({ picture, language }) => {
    const { label } = wordsOf(language);
    buttons.forEach((button, position) => {
      const { url, title, classes } = samples[position]!;
      const source = picture?.source;
      const shown = source instanceof URL && source.href === url;
      button.title = `${title}: ${classes.map(label).join(", ")}`;
      button.setAttribute("aria-pressed", String(shown));
    });
  };
}

function credit(page: Document, { title, author, licence, source }: Sample): HTMLLIElement {
  const item = page.createElement("li");
  const link = page.createElement("a");
  link.href = source;
  link.textContent = title;
  item.append(link, `: ${author}, ${licence}`);
  return item;
}
