import type { Sample } from "../samples.js";
import type { State } from "../state.js";
import { spaced } from "../words.js";

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
    button.title = `${sample.title}: ${sample.classes.map(spaced).join(", ")}`;
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

  return ({ picture }) => {
    buttons.forEach((button, position) => {
      const source = picture?.source;
      const shown = source instanceof URL && source.href === samples[position]!.url;
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
