import { sayingOf } from "../answer/saying.js";
import { framed } from "../picture/frame.js";
import { previewOf } from "../picture/preview.js";
import { requirePixels } from "../picture/readback.js";
import { save } from "../save.js";
import type { Preview, State, Store } from "../state.js";
import { formatsOf } from "../words/format.js";
import { wordsOf } from "../words/languages.js";
import { showLink } from "./follow.js";
import { resultPicture } from "./result.js";
import type { SharingAction } from "./sharing.js";

const SAY_SO_MS = 2000;
const BARS = 5;

/** Returns what carries out the actions that this browser is capable of, and says in the state that it did. */
export function startSharing(store: Store): (action: SharingAction) => Promise<void> {
  const perform: Record<SharingAction, () => Promise<void>> = {
    copy: () => navigator.clipboard.write([new ClipboardItem({ "image/png": drawn(store.state) })]),
    download: async () => save(await file(store.state)),
    share: async () => navigator.share({ files: [await file(store.state)] }),
    link: async () => {
      showLink(store.state);
      await navigator.clipboard.writeText(location.href);
    },
  };
  return async (action) => {
    if (action !== "link" && !hasResult(store.state)) return;
    let worked = true;
    try {
      await perform[action]();
    } catch (error) {
      // Whoever closes the device's own dialogue knows that nothing was shared.
      if (error instanceof DOMException && error.name === "AbortError") return;
      worked = false;
    }
    const sharing = { action, worked };
    store.change({ sharing });
    setTimeout(() => {
      if (store.state.sharing === sharing) store.change({ sharing: null });
    }, SAY_SO_MS);
  };
}

/** Whether this browser knows how to do it. */
export function canShare(action: SharingAction): boolean {
  if (action === "copy") return typeof ClipboardItem === "function" && navigator.clipboard !== undefined;
  if (action === "share")
    return navigator.canShare?.({ files: [new File([], "a.png", { type: "image/png" })] });
  return true;
}

/** Whether there is a result to draw; null while it is on its way. */
export function hasResult(state: State): boolean | null {
  const { look, preview } = state;
  if (look.phase === "looking") return null;
  if (look.phase !== "seen" || !look.result.thumbnail || !preview) return false;
  return previewOf(state) ? true : null;
}

async function drawn(state: State): Promise<Blob> {
  requirePixels();
  const { look, network, language } = state;
  const preview = previewOf(state);
  if (look.phase !== "seen" || network.phase !== "ready" || !preview)
    throw new Error("there is no result to draw");
  const { predictions, thumbnail } = look.result;
  const words = wordsOf(language);
  const { number, megabytes, percent } = formatsOf(language);
  const { name, labels, sizeBytes } = network.info;
  const { width, height } = thumbnail!;
  const canvas = resultPicture({
    photo: await opened(preview),
    frame: framed(preview, state),
    pixels: thumbnail!,
    ...sayingOf(state, words),
    bars: predictions.slice(0, BARS).map(({ label, probability }) => ({
      label: words.label(label),
      share: probability,
      value: percent(probability, 1),
    })),
    notes: [
      words.sharing.pixels(number(width), number(height)),
      words.page.network(name, number(labels.length), megabytes(sizeBytes)),
    ],
  });
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("the canvas gave no picture"))));
  });
}

async function file(state: State): Promise<File> {
  const stem = state.picture!.name.replace(/^.*\//, "").replace(/\.\w+$/, "");
  return new File([await drawn(state)], `${stem || "picture"}-wideye.png`, { type: "image/png" });
}

async function opened({ url }: Preview): Promise<HTMLImageElement> {
  const image = new Image();
  image.src = url;
  await image.decode();
  return image;
}
