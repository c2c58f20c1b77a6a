// @vitest-environment happy-dom
import { expect, it } from "vitest";

import { timingsView } from "../src/answer/timings.js";
import { initialState, type State } from "../src/state.js";
import { classification } from "./fixtures.js";

const seen = (inferMs: number, live = false): State["look"] => {
  const result = classification({ timings: { decodeMs: 2, resizeMs: 1, inferMs } });
  const seen = { phase: "seen", result } as const;
  return live ? { ...seen, live: { result: seen.result, atMs: 0 } } : seen;
};
const camera = (framesPerSecond: number | null): State["camera"] => ({
  phase: "live",
  width: 4,
  height: 3,
  several: false,
  framesPerSecond,
});

function setUp() {
  document.body.innerHTML = '<p id="timings"></p>';
  const show = timingsView(document);
  return (part: Partial<State>): string => {
    show({ ...initialState, ...part });
    return document.querySelector("#timings")!.textContent!;
  };
}

it("are those of a picture at rest, and stay while a square moves or the next one is looked at", () => {
  const show = setUp();
  // 2 + 1 + 17 = 20
  const text = "20 ms: decode 2.0, resize 1.0, network 17";
  expect(show({ look: seen(17) })).toBe(text);
  expect(show({ look: seen(40, true) })).toBe(text);
  expect(show({ look: { phase: "looking" } })).toBe(text);
  expect(show({ look: { phase: "none" } })).toBe("");
});

it("are the mean of the frames that the rate is of", () => {
  const show = setUp();
  show({ look: seen(10, true), camera: camera(null) });
  const look = seen(30, true);
  show({ look, camera: camera(null) });
  // 3 + 10, 3 + 30: 23
  expect(show({ look, camera: camera(13) })).toBe("13 frames a second, 23 ms each");
  const next = seen(47, true);
  show({ look: next, camera: camera(13) });
  expect(show({ look: next, camera: camera(20) })).toBe("20 frames a second, 50 ms each");
  const last = seen(900, true);
  show({ look: last, camera: camera(20) });
  expect(show({ look: last, camera: camera(1.02) })).toBe("1 frame a second, 903 ms");
});
