/** A picture that somebody asks about: bytes, or the address where they are. */
export interface Picture {
  readonly source: Blob | string;
  /** A file's name; empty where there is none. */
  readonly name: string;
}

/** Takes pictures that are dropped on an element or pasted while it has the focus. */
export function takePictures(
  host: HTMLElement,
  look: (picture: Picture) => void,
  onDragging: (dragging: boolean) => void,
): void {
  let depth = 0;
  const enter = (by: number): void => {
    depth = Math.max(depth + by, 0);
    onDragging(depth > 0);
  };
  host.addEventListener("dragenter", (event) => {
    if (mayHoldPicture(event.dataTransfer)) enter(1);
  });
  host.addEventListener("dragleave", (event) => {
    if (mayHoldPicture(event.dataTransfer)) enter(-1);
  });
  host.addEventListener("dragover", (event) => {
    if (!mayHoldPicture(event.dataTransfer)) return;
    event.preventDefault();
    event.dataTransfer!.dropEffect = "copy";
  });
  host.addEventListener("drop", (event) => {
    depth = 0;
    onDragging(false);
    if (!mayHoldPicture(event.dataTransfer)) return;
    event.preventDefault();
    const picture = pictureIn(event.dataTransfer!, "text/uri-list");
    if (picture) look(picture);
  });
  host.addEventListener("paste", (event) => {
    if (isTyping(event.composedPath()[0])) return;
    const picture = event.clipboardData && pictureIn(event.clipboardData, "text/plain");
    if (!picture) return;
    event.preventDefault();
    look(picture);
  });
}

/** The picture of a file, under the file's name. */
export function pictureOfFile(file: File): Picture {
  return { source: file, name: file.name };
}

/** The picture at an address, under the last part of its path. */
export function pictureAtAddress(address: string, base: string): Picture {
  const url = URL.canParse(address, base) ? new URL(address, base) : undefined;
  const named = url !== undefined && /^https?:$/.test(url.protocol);
  return { source: url?.href ?? address, name: named ? decoded(url.pathname.split("/").at(-1)!) : "" };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

function mayHoldPicture(transfer: DataTransfer | null): boolean {
  return ["Files", "text/uri-list"].some((type) => transfer?.types.includes(type));
}

function pictureIn(transfer: DataTransfer, addressType: string): Picture | null {
  const files = [...transfer.files];
  const file = files.find(({ type }) => type.startsWith("image/")) ?? files[0];
  if (file) return pictureOfFile(file);
  const lines = transfer.getData(addressType).split(/\r?\n/);
  const address = lines.map((line) => line.trim()).find((line) => line && !line.startsWith("#"));
  if (!address || !URL.canParse(address)) return null;
  return /^(https?|data):/i.test(address) ? pictureAtAddress(address, address) : null;
}

function isTyping(target: EventTarget | undefined): boolean {
  return (
    target instanceof HTMLTextAreaElement ||
    (target instanceof HTMLInputElement && target.type !== "file") ||
    (target instanceof HTMLElement && target.isContentEditable)
  );
}
