import type { Classification } from "wideye";

import type { State } from "../state.js";
import { formatsOf } from "../words/format.js";
import { wordsOf } from "../words/languages.js";
import type { Words } from "../words/words.js";

/** Says how long an answer took, and under a camera how many there are in a second and how long one takes on average. */
export function timingsView(page: Document): (state: State) => void {
  const line = page.querySelector<HTMLElement>("#timings")!;
  let timed: Classification | null = null;
  let rated: number | null = null;
  let times: number[] = [];

  return ({ look, camera, language }) => {
    if (look.phase === "none" || look.phase === "failed") {
      line.textContent = "";
      timed = null;
      return;
    }
    if (look.phase === "looking") return;
    const { result, live } = look;
    const words = wordsOf(language);
    if (camera.phase !== "live") {
      if (!live) line.textContent = timingsOf(result, words);
      return;
    }
    if (result !== timed) times.push(totalMs(result));
    timed = result;
    const { framesPerSecond } = camera;
    if (framesPerSecond === rated) return;
    rated = framesPerSecond;
    line.textContent = framesPerSecond === null ? "" : paceOf(framesPerSecond, mean(times), words);
    times = [];
  };
}

function timingsOf({ timings }: Classification, { language, answer }: Words): string {
  const { milliseconds } = formatsOf(language);
  const { decodeMs, resizeMs, inferMs } = timings;
  const [total, decode, resize, infer] = [decodeMs + resizeMs + inferMs, decodeMs, resizeMs, inferMs].map(
    milliseconds,
  );
  return answer.timings(total!, decode!, resize!, infer!);
}

function paceOf(framesPerSecond: number, frameMs: number, { language, camera }: Words): string {
  const { milliseconds, number } = formatsOf(language);
  const rounded = Math.round(framesPerSecond);
  return camera.rate(rounded, number(rounded), milliseconds(frameMs));
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function totalMs({ timings: { decodeMs, resizeMs, inferMs } }: Classification): number {
  return decodeMs + resizeMs + inferMs;
}
