import type { Picture, Problem } from "../state.js";
import { filesIn } from "./dropped.js";
import { inOrder, looksLikePicture } from "./pictures.js";

/** Who gets what was taken in. */
export interface Takers {
  look(picture: Picture): void;
  /** Gets all files of a folder, a choice or a share that holds more than one picture. */
  takeMany(files: File[]): void;
  /** Gets a text that is no address. */
  refuse(text: string): void;
  fail(problem: Problem): void;
}

/** Hands on the one picture among files, or all of them where there are more. */
export function takeFiles(files: File[], { look, takeMany, fail }: Omit<Takers, "refuse">): void {
  const pictures = files.filter(looksLikePicture);
  const [only] = files.length === 1 ? files : pictures;
  if (pictures.length > 1) takeMany(files);
  else if (only) look(pictureInFile(only));
  else fail({ code: "no-picture", message: `no picture among ${files.length} files` });
}

/** Takes pictures from the file fields, the address form, drops and the clipboard. */
export function takePictures(page: Document, takers: Takers): void {
  const { look, refuse, fail } = takers;
  const form = page.querySelector<HTMLFormElement>("#address")!;
  const url = page.querySelector<HTMLInputElement>("#url")!;

  const takeTransfer = (transfer: DataTransfer): boolean => {
    if (transfer.files.length > 0) {
      filesIn(transfer).then(
        (files) => takeFiles(files, takers),
        (error: Error) => fail({ code: "unreadable", message: error.message }),
      );
      return true;
    }
    const picture = pictureAt(addressIn(transfer));
    if (picture) look(picture);
    return picture !== null;
  };

  for (const input of page.querySelectorAll<HTMLInputElement>("#file, #folder")) {
    input.addEventListener("change", () => {
      if (input.files?.length) takeFiles(inOrder(input.files), takers);
      input.value = "";
    });
  }
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const picture = pictureTyped(url.value, page.baseURI);
    if (picture) look(picture);
    else refuse(url.value);
  });
  page.addEventListener("paste", (event) => {
    const { target, clipboardData } = event;
    if (!clipboardData || isForField(target, clipboardData)) return;
    if (takeTransfer(clipboardData)) event.preventDefault();
  });
  acceptDrops(page, takeTransfer);
}

function acceptDrops(page: Document, takeTransfer: (transfer: DataTransfer) => void): void {
  let depth = 0;
  const highlight = (): void => {
    page.documentElement.toggleAttribute("data-dropping", depth > 0);
  };
  page.addEventListener("dragenter", () => {
    depth += 1;
    highlight();
  });
  page.addEventListener("dragleave", () => {
    depth -= 1;
    highlight();
  });
  page.addEventListener("dragover", (event) => {
    const { target, dataTransfer } = event;
    if (!dataTransfer || isForField(target, dataTransfer)) return;
    event.preventDefault();
    dataTransfer.dropEffect = "copy";
  });
  page.addEventListener("drop", (event) => {
    const { target, dataTransfer } = event;
    depth = 0;
    highlight();
    if (!dataTransfer || isForField(target, dataTransfer)) return;
    event.preventDefault();
    takeTransfer(dataTransfer);
  });
}

const FIELDS = "input:not([type=file], [type=radio], [type=range]), textarea, [contenteditable]";

/** Whether a text is pasted or dropped where texts go. */
function isForField(target: EventTarget | null, { types }: DataTransfer): boolean {
  const isText = !types.includes("Files") || types.includes("text/plain");
  return isText && target instanceof Element && target.closest(FIELDS) !== null;
}

function addressIn(transfer: DataTransfer): string {
  // Lines that begin with # are comments there.
  const [link] = transfer.getData("text/uri-list").match(/^[^#\s].*$/m) ?? [];
  return link ?? transfer.getData("text/plain");
}

/** The picture in a file, under the file's name. */
export function pictureInFile(file: File): Picture {
  return { source: file, name: file.name, alt: file.name };
}

/** The picture at a whole address; null where a text is anything else. */
export function pictureAt(text: string): Picture | null {
  const address = text.trim();
  if (/\s/.test(address) || !URL.canParse(address)) return null;
  const source = new URL(address);
  if (!["http:", "https:", "data:"].includes(source.protocol)) return null;
  const name = source.protocol === "data:" ? "data:" : source.hostname + source.pathname;
  return { source, name, alt: name };
}

/** The picture at an address as somebody types it, who may leave out https or, for the page's own files, the site. */
export function pictureTyped(text: string, base: string): Picture | null {
  const typed = text.trim();
  if (/^[\w-]+(\.[\w-]+)+\//.test(typed)) return pictureAt(`https://${typed}`);
  const own = !URL.canParse(typed) && URL.canParse(typed, base) && new URL(typed, base);
  const isFile = own && !/\s/.test(typed) && looksLikePicture({ type: "", name: own.pathname });
  return pictureAt(isFile ? own.href : typed);
}
