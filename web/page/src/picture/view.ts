import { classesIn, nameOf } from "../intake/naming.js";
import type { Preview, State } from "../state.js";
import { wordsOf } from "../words/languages.js";
import type { Size } from "./frame.js";
import { previewOf } from "./preview.js";

/** Shows the picture, or a hint where there is none, and says what it is. */
export function pictureView(page: Document): (state: State) => void {
  const image = page.querySelector<HTMLImageElement>("#picture")!;
  const hint = page.querySelector<HTMLElement>("#well-hint")!;
  const caption = page.querySelector<HTMLElement>("#picture-caption")!;
  const truth = page.querySelector<HTMLElement>("#truth")!;
  let shown: Preview | null = null;

  return (state) => {
    const { preview, look, camera, language } = state;
    if (preview !== shown) {
      shown = preview;
      image.hidden = preview === null;
      if (preview) image.src = preview.url;
      else image.removeAttribute("src");
    }
    image.alt = preview ? wordsOf(language).intake.alt(preview.picture.alt) : "";
    hint.hidden = preview !== null || camera.phase !== "off" || look.phase === "looking";
    caption.textContent = captionOf(state);
    truth.textContent = truthOf(state);
  };
}

/** The size of what the network looks at, which is what can be cropped; null where it is not shown. */
export function sizeShown(state: Pick<State, "picture" | "preview" | "camera">): Size | null {
  return state.camera.phase === "live" ? state.camera : previewOf(state);
}

function captionOf(state: State): string {
  const { picture, camera, language } = state;
  const size = sizeShown(state);
  const name =
    camera.phase === "live" ? wordsOf(language).camera.start : picture && nameOf(picture, language);
  return [name, size && `${size.width} × ${size.height}`].filter(Boolean).join(" · ");
}

/** What a sample picture really shows, and whether the network is right. */
function truthOf({ picture, look, language }: State): string {
  const classes = picture && classesIn(picture, language);
  if (!classes) return "";
  const first = look.phase === "seen" ? look.result.predictions[0] : undefined;
  const right = first ? picture.classes!.includes(first.label) : null;
  return wordsOf(language).picture.truth(classes, right);
}
