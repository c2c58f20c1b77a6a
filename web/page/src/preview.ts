import type { Preview } from "./state.js";

/** Decodes a picture for display; null where the browser cannot. */
export async function openPreview(source: Blob | URL, alt: string): Promise<Preview | null> {
  const url = source instanceof URL ? source.href : URL.createObjectURL(source);
  const image = new Image();
  image.src = url;
  try {
    await image.decode();
    return { url, alt, width: image.naturalWidth, height: image.naturalHeight };
  } catch {
    URL.revokeObjectURL(url);
    return null;
  }
}

/** Frees a preview's memory. */
export function closePreview(preview: Preview | null): void {
  if (preview) URL.revokeObjectURL(preview.url);
}

/** Shares of the shown square, 0 to 1, that lie outside the centre square on each side. */
export function outsideCentreSquare({ width, height }: { width: number; height: number }): {
  inline: number;
  block: number;
} {
  const long = Math.max(width, height);
  return {
    inline: (width - Math.min(width, height)) / (2 * long),
    block: (height - Math.min(width, height)) / (2 * long),
  };
}
