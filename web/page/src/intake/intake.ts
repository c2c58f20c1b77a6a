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

  const lookAtText = (text: string): void => {
    const picture = pictureAtAddress(text, page.baseURI);
    if (picture) look(picture);
    else refuse(text);
  };
  const takeTransfer = (transfer: DataTransfer | null): boolean => {
    const address = transfer?.getData("text/uri-list") || transfer?.getData("text/plain");
    if (transfer?.files.length) {
      filesIn(transfer).then(
        (files) => takeFiles(files, takers),
        (error: Error) => fail({ code: "unreadable", message: error.message }),
      );
    } else if (address?.trim()) {
      lookAtText(address);
    } else {
      return false;
    }
    return true;
  };

  for (const input of page.querySelectorAll<HTMLInputElement>("#file, #folder")) {
    input.addEventListener("change", () => {
      if (input.files?.length) takeFiles(inOrder(input.files), takers);
      input.value = "";
    });
  }
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    lookAtText(url.value);
  });
  page.addEventListener("paste", (event) => {
    const typing = event.target instanceof HTMLInputElement && event.target.type === "url";
    if (typing && !event.clipboardData?.files.length) return;
    if (takeTransfer(event.clipboardData)) event.preventDefault();
  });
  acceptDrops(page, takeTransfer);
}

function acceptDrops(page: Document, takeTransfer: (transfer: DataTransfer | null) => boolean): void {
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
    event.preventDefault();
    if (event.dataTransfer) event.dataTransfer.dropEffect = "copy";
  });
  page.addEventListener("drop", (event) => {
    event.preventDefault();
    depth = 0;
    highlight();
    takeTransfer(event.dataTransfer);
  });
}

/** The picture in a file, under the file's name. */
export function pictureInFile(file: File): Picture {
  return { source: file, name: file.name, alt: file.name };
}

/** The picture at an address as somebody types it; null where it is no web address. */
export function pictureAtAddress(text: string, base: string): Picture | null {
  const line = text.split(/\r?\n/).find((candidate) => candidate.trim() && !candidate.startsWith("#"));
  if (!line) return null;
  const typed = line.trim();
  const address = /^[\w-]+(\.[\w-]+)+\//.test(typed) ? `https://${typed}` : typed;
  if (!URL.canParse(address, base)) return null;
  const source = new URL(address, base);
  if (!["http:", "https:", "data:"].includes(source.protocol)) return null;
  const name = source.protocol === "data:" ? "data:" : source.hostname + source.pathname;
  return { source, name, alt: name };
}
