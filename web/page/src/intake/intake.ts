import type { Picture } from "../state.js";

/** Takes pictures from the file field, the address form, drops and the clipboard. */
export function takePictures(
  page: Document,
  look: (picture: Picture) => void,
  refuseAddress: (text: string) => void,
): void {
  const file = page.querySelector<HTMLInputElement>("#file")!;
  const form = page.querySelector<HTMLFormElement>("#address")!;
  const url = page.querySelector<HTMLInputElement>("#url")!;

  const lookAtText = (text: string): void => {
    const picture = pictureAtAddress(text, page.baseURI);
    if (picture) look(picture);
    else refuseAddress(text);
  };
  const lookAtTransfer = (transfer: DataTransfer | null): boolean => {
    const dropped = pictureFile(transfer);
    const address = transfer?.getData("text/uri-list") || transfer?.getData("text/plain");
    if (dropped) look(pictureInFile(dropped));
    else if (address?.trim()) lookAtText(address);
    else return false;
    return true;
  };

  file.addEventListener("change", () => {
    const chosen = file.files?.[0];
    if (chosen) look(pictureInFile(chosen));
    file.value = "";
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    lookAtText(url.value);
  });
  page.addEventListener("paste", (event) => {
    const typing = event.target instanceof HTMLInputElement && event.target.type === "url";
    if (typing && !pictureFile(event.clipboardData)) return;
    if (lookAtTransfer(event.clipboardData)) event.preventDefault();
  });
  acceptDrops(page, lookAtTransfer);
}

function acceptDrops(page: Document, lookAtTransfer: (transfer: DataTransfer | null) => boolean): void {
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
    lookAtTransfer(event.dataTransfer);
  });
}

function pictureFile(transfer: DataTransfer | null): File | undefined {
  const files = [...(transfer?.files ?? [])];
  return files.find((file) => file.type.startsWith("image/")) ?? files[0];
}

function pictureInFile(file: File): Picture {
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
