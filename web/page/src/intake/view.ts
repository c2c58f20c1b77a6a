import type { State } from "../state.js";
import { wordsOf } from "../words/languages.js";
import { nameOf } from "./naming.js";
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
    image.decoding = "async";
    button.append(image);
    button.addEventListener("click", () => look(sample));
    item.append(button);
    row.append(item);
    return { button, image };
  });
  const credits = samples.map((sample) => credit(page, sample));
  page.querySelector("#credits")!.append(...credits.map(({ item }) => item));

  return ({ picture, language }) => {
    buttons.forEach(({ button, image }, position) => {
      const { url, title, alt, classes } = samples[position]!;
      const source = picture?.source;
      const shown = source instanceof URL && source.href === url;
      image.alt = wordsOf(language).intake.alt(alt);
      const name = nameOf({ name: title, classes }, language);
      const { link } = credits[position]!;
      button.title = name;
      if (link.textContent !== name) link.textContent = name;
      button.setAttribute("aria-pressed", String(shown));
    });
  };
}

/** Returns who took a sample picture; the link is to bear its name. */
function credit(page: Document, { author, licence, source }: Sample) {
  const item = page.createElement("li");
  const link = page.createElement("a");
  const terms = page.createElement("span");
  link.href = source;
  terms.lang = "en";
  terms.textContent = licence;
  item.append(link, `: ${author}, `, terms);
  return { item, link };
}
