// @vitest-environment happy-dom
import { afterEach, describe, expect, it, vi } from "vitest";

import { eachFrame, frameRate } from "../src/camera/frames.js";
import { cameraProblem, otherCamera } from "../src/camera/stream.js";
import { languages } from "../src/words/languages.js";

describe("frameRate", () => {
  it("says once a second how many frames there were in a second", () => {
    const count = frameRate(1000);
    expect([1300, 1700, 1999].map(count)).toEqual([null, null, null]);
    // Four frames in 1,250 ms
    expect(count(2250)).toBeCloseTo(3.2);
    expect(count(3000)).toBeNull();
    // Two frames in 1,000 ms
    expect(count(3250)).toBeCloseTo(2);
  });
});

describe("eachFrame", () => {
  afterEach(() => vi.unstubAllGlobals());

  it("follows the video's frames until it is told to stop", () => {
    const callbacks: (() => void)[] = [];
    const video = { requestVideoFrameCallback: (callback: () => void) => callbacks.push(callback) };
    const see = vi.fn(async () => {});
    const { signal, abort } = abortable();
    eachFrame(video as unknown as HTMLVideoElement, see, signal);
    expect(see).not.toHaveBeenCalled();
    callbacks.shift()!();
    expect(see).toHaveBeenCalledTimes(1);
    abort();
    callbacks.shift()!();
    expect(see).toHaveBeenCalledTimes(1);
    expect(callbacks).toEqual([]);
  });

  it("goes by the video's time where the browser does not tell of frames", async () => {
    const callbacks: (() => void)[] = [];
    vi.stubGlobal("requestAnimationFrame", (callback: () => void) => callbacks.push(callback));
    const video = { currentTime: 0 };
    const see = vi.fn(async () => {});
    const { signal, abort } = abortable();
    eachFrame(video as HTMLVideoElement, see, signal);
    for (const [time, frames] of [
      [0, 1],
      [0.03, 2],
      [0.03, 2],
      [0.07, 3],
    ] as const) {
      video.currentTime = time;
      callbacks.shift()!();
      await Promise.resolve();
      expect(see).toHaveBeenCalledTimes(frames);
    }
    abort();
    callbacks.shift()!();
    expect(callbacks).toEqual([]);
  });

  function abortable() {
    const controller = new AbortController();
    return { signal: controller.signal, abort: () => controller.abort() };
  }
});

describe("otherCamera", () => {
  const devices = [{ deviceId: "a" }, { deviceId: "b" }, { deviceId: "c" }];

  it.each([
    [{ facingMode: "environment", deviceId: "a" }, { facingMode: "user" }],
    [{ facingMode: "user", deviceId: "b" }, { facingMode: "environment" }],
    [{ deviceId: "a" }, { deviceId: { exact: "b" } }],
    [{ deviceId: "c" }, { deviceId: { exact: "a" } }],
    [{ deviceId: "gone" }, { deviceId: { exact: "a" } }],
  ])("after %j", (settings, wish) => {
    expect(otherCamera(settings, devices)).toEqual(wish);
  });
});

describe("cameraProblem", () => {
  it.each([
    ["NotAllowedError", "camera-refused"],
    ["SecurityError", "camera-refused"],
    ["NotFoundError", "camera-missing"],
    ["OverconstrainedError", "camera-missing"],
    ["NotReadableError", "camera-busy"],
    ["AbortError", "camera-busy"],
    ["TypeError", "internal"],
  ])("of %s is explained", (name, code) => {
    expect(cameraProblem(new DOMException("told", name))).toEqual({ code, message: "told" });
    for (const words of Object.values(languages)) expect(words.problems).toHaveProperty([code]);
  });

  it("names an error without a message", () => {
    expect(cameraProblem(new DOMException("", "NotFoundError")).message).toBe("NotFoundError");
  });
});
