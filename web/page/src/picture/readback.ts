import { Failure } from "../problem.js";

let readsPixels: boolean | undefined;

/** Whether a canvas gives back what is drawn; browsers that fight fingerprinting make something up. */
export function canReadPixels(): boolean {
  readsPixels ??= readsBack();
  return readsPixels;
}

/** Throws where the network would see other pixels than those of the picture. */
export function requirePixels(): void {
  if (!canReadPixels()) {
    throw new Failure("hidden-pixels", "this browser gives pages other pixels than those that are drawn");
  }
}

function readsBack(): boolean {
  const drawn = [16, 200, 90, 255, 240, 30, 120, 255];
  try {
    const context = new OffscreenCanvas(2, 1).getContext("2d", { willReadFrequently: true })!;
    for (const x of [0, 1]) {
      context.fillStyle = `rgb(${drawn.slice(4 * x, 4 * x + 3).join(" ")})`;
      context.fillRect(x, 0, 1, 1);
    }
    const { data } = context.getImageData(0, 0, 2, 1);
    return drawn.every((value, at) => data[at] === value);
  } catch {
    return false;
  }
}
