import type { Preview, State } from "../state.js";
import { formatsOf } from "../words/format.js";
import { wordsOf } from "../words/languages.js";
import type { Size } from "./crop.js";

/** Shows the picture, or a hint where there is none, and says what it is. */
export function pictureView(page: Document): (state: State) => void {
  const image = page.querySelector<HTMLImageElement>("#picture")!;
  const hint = page.querySelector<HTMLElement>("#well-hint")!;
  const caption = page.querySelector<HTMLElement>("#picture-caption")!;
  const truth = page.querySelector<HTMLElement>("#truth")!;
  let shown: Preview | null = null;

  return (state) => {
    const { preview, look, camera } = state;
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
    hint.hidden = preview !== null || camera.phase !== "off" || look.phase === "looking";
    caption.textContent = captionOf(state);
    truth.textContent = truthOf(state);
  };
}

/** The size of what is shown, which is what can be cropped; null where nothing is. */
export function sizeShown({ preview, camera }: Pick<State, "preview" | "camera">): Size | null {
  return camera.phase === "live" ? camera : preview;
}

function captionOf(state: State): string {
  const { picture, camera, language } = state;
  const size = sizeShown(state);
  const classes = classesIn(state);
  const named = classes ? classes.charAt(0).toLocaleUpperCase(language) + classes.slice(1) : picture?.name;
  const name = camera.phase === "live" ? wordsOf(language).camera.start : named;
  return [name, size && `${size.width} × ${size.height}`].filter(Boolean).join(" · ");
}

/** What a sample picture really shows, and whether the network is right. */
function truthOf(state: State): string {
  const classes = classesIn(state);
  if (classes === undefined) return "";
  const { picture, look, language } = state;
  const first = look.phase === "seen" ? look.result.predictions[0] : undefined;
  const right = first ? picture!.classes!.includes(first.label) : null;
  return wordsOf(language).picture.truth(classes, right);
}

function classesIn({ picture, language }: State): string | undefined {
  return picture?.classes && formatsOf(language).list(picture.classes.map(wordsOf(language).label));
}
