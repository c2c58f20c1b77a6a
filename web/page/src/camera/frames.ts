import { newest } from "../newest.js";

/** While one frame is looked at the next is read, and where there are cores to spare looked at as well. */
const AT_ONCE = 2;

/** Calls `see` whenever a video shows a new frame, until the signal is aborted; frames that come too fast are left out. */
export function eachFrame(video: HTMLVideoElement, see: () => Promise<void>, signal: AbortSignal): void {
  const show = newest(async () => {
    if (!signal.aborted) await see();
  }, AT_ONCE);
  let shownAt = -1;
  const byFrame = (): void => {
    if (signal.aborted) return;
    show(undefined);
    video.requestVideoFrameCallback(byFrame);
  };
  const byTime = (): void => {
    if (signal.aborted) return;
    if (video.currentTime !== shownAt) show(undefined);
    shownAt = video.currentTime;
    requestAnimationFrame(byTime);
  };
  if ("requestVideoFrameCallback" in video) video.requestVideoFrameCallback(byFrame);
  else byTime();
}

/** Returns a counter that is told of each frame and says, once a second, how many there were in a second. */
export function frameRate(startMs: number): (nowMs: number) => number | null {
  let since = startMs;
  let frames = 0;
  return (nowMs) => {
    frames += 1;
    const passed = nowMs - since;
    if (passed < 1000) return null;
    const rate = (1000 * frames) / passed;
    [since, frames] = [nowMs, 0];
    return rate;
  };
}
