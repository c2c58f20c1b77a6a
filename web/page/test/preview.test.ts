import { describe, expect, it } from "vitest";
import type { Classification } from "wideye";

import { previewOf } from "../src/picture/preview.js";
import { sizeShown } from "../src/picture/view.js";
import { hasResult } from "../src/sharing/share.js";
import { initialState, type Picture, type State } from "../src/state.js";

const picture = (name: string): Picture => ({ source: new Blob([name]), name, alt: name });
const [otter, seal] = [picture("otter"), picture("seal")];
const preview = { picture: otter, url: "blob:otter", width: 3, height: 2 };
const result = { thumbnail: { width: 1, height: 1, data: new Uint8ClampedArray(4) } } as Classification;
const seen: State = { ...initialState, picture: otter, preview, look: { phase: "seen", result } };
const live = { phase: "live", width: 4, height: 3, several: false, framesPerSecond: null } as const;

it("previewOf is nothing while the picture before is shown", () => {
  expect(previewOf(seen)).toBe(preview);
  expect(previewOf({ ...seen, picture: seal })).toBeNull();
  expect(previewOf(initialState)).toBeNull();
});

it("sizeShown is that of the picture or of the camera's frames", () => {
  expect(sizeShown(seen)).toMatchObject({ width: 3, height: 2 });
  expect(sizeShown({ ...seen, picture: seal })).toBeNull();
  expect(sizeShown({ ...initialState, camera: live })).toMatchObject({ width: 4, height: 3 });
});

describe("hasResult", () => {
  it.each<[string, Partial<State>, boolean | null]>([
    ["is true of a picture that is answered and shown", {}, true],
    ["waits for the answer", { look: { phase: "looking" } }, null],
    ["waits for the picture to be shown", { picture: seal }, null],
    ["is false of a picture that cannot be shown", { preview: null }, false],
    [
      "is false where there is no answer, whatever is shown",
      { picture: seal, look: { phase: "failed", problem: { code: "cors", message: "no" } } },
      false,
    ],
    ["is false without a picture", initialState, false],
  ])("%s", (_, part, expected) => {
    expect(hasResult({ ...seen, ...part })).toBe(expected);
  });
});
