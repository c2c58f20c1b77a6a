import { fetchPicture } from "wideye";

import { Failure } from "../problem.js";
import type { Picture } from "../state.js";

/** The network refuses larger files unread. */
const MOST_BYTES = 64 * 1024 * 1024;

/** Returns the bytes of a picture, of a file as a copy: what changes or goes on the device stays as it was chosen. */
export async function bytesOf({ source }: Pick<Picture, "source">, signal: AbortSignal): Promise<Blob> {
  if (source instanceof URL) return new Blob([await fetchPicture(source, signal)]);
  if (source.size > MOST_BYTES) return source;
  try {
    return new Blob([await source.arrayBuffer()], { type: source.type });
  } catch (cause) {
    const { message } = cause as Error;
    throw new Failure("unreadable", `the file could not be read: ${message}`, { cause });
  }
}

/** Whether a file is still there, as it was chosen. */
export function isReadable(file: Blob): Promise<boolean> {
  return file
    .slice(0, 1)
    .arrayBuffer()
    .then(
      () => true,
      () => false,
    );
}
