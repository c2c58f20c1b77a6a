import type { Preview, State } from "../state.js";
import { outsideCentreSquare } from "./preview.js";

/** Shows the picture, and under `cover` which part of it the network does not see. */
export function pictureView(page: Document): (state: State) => void {
  const image = page.querySelector<HTMLImageElement>("#picture")!;
  const hint = page.querySelector<HTMLElement>("#well-hint")!;
  const crop = page.querySelector<HTMLElement>("#crop")!;
  const caption = page.querySelector<HTMLElement>("#picture-caption")!;
  let shown: Preview | null = null;

  return ({ picture, preview, fit }) => {
    if (preview !== shown) {
      shown = preview;
      image.hidden = preview === null;
      if (preview) {
        image.src = preview.url;
        image.alt = preview.alt;
      } else {
        image.removeAttribute("src");
      }
    }
    hint.hidden = preview !== null;
    crop.hidden = preview === null || fit !== "cover";
    if (preview) {
      const { inline, block } = outsideCentreSquare(preview);
      crop.style.setProperty("--outside-inline", `${100 * inline}%`);
      crop.style.setProperty("--outside-block", `${100 * block}%`);
    }
    caption.textContent = [picture?.name, preview && `${preview.width} × ${preview.height}`]
      .filter(Boolean)
      .join(" · ");
  };
}
