import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { encodePng } from "../parity/png.mjs";

/** Writes a folder of `count` small pictures, each of other colours: picture-0.png, picture-1.png and so on. */
export function writePictures(folder: string, count: number): string {
  mkdirSync(folder, { recursive: true });
  for (let at = 0; at < count; at += 1) writeFileSync(join(folder, `picture-${at}.png`), gradient(at));
  return folder;
}

function gradient(seed: number): Buffer {
  const [width, height] = [24, 16];
  const rgba = Uint8Array.from({ length: 4 * width * height }, (_, at) => {
    const [x, y, channel] = [(at >> 2) % width, Math.floor(at / (4 * width)), at % 4];
    return [seed * 37, seed * 101 + 9 * x, seed * 7 + 13 * y, 255][channel]! % 256;
  });
  return encodePng(width, height, rgba);
}
