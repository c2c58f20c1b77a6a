import type { Picture, Preview, State } from "../state.js";

// More than this the classifier refuses too; decoding it would take gigabytes.
const MOST_PIXELS = 64_000_000;

/** Returns what is shown of the picture; null while it is still the one before, or nothing. */
export function previewOf({ picture, preview }: Pick<State, "picture" | "preview">): Preview | null {
  return preview?.picture === picture ? preview : null;
}

/** Decodes a picture for display; null where the browser cannot. */
export async function openPreview(picture: Picture, source: Blob | URL): Promise<Preview | null> {
  const url = source instanceof URL ? source.href : URL.createObjectURL(source);
  const image = new Image();
  try {
    await new Promise((resolve, reject) => {
      image.onload = resolve;
      image.onerror = reject;
      image.src = url;
    });
    const { naturalWidth: width, naturalHeight: height } = image;
    if (width * height > MOST_PIXELS) throw new RangeError(`${width}x${height} is too large to show`);
    await image.decode();
    return { picture, url, width, height };
  } catch {
    URL.revokeObjectURL(url);
    return null;
  }
}

/** Frees a preview's memory. */
export function closePreview(preview: Preview | null): void {
  if (preview) URL.revokeObjectURL(preview.url);
}
