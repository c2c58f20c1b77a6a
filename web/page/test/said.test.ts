import { describe, expect, it } from "vitest";
import type { Classification } from "wideye";

import { nextSaid } from "../src/answer/said.js";
import { classification } from "./fixtures.js";

const answer = (index: number, known: boolean | null = true): Classification =>
  classification({
    predictions: [{ index, label: String(index), superclass: null, probability: 0.5 }],
    known,
  });

describe("nextSaid", () => {
  it("speaks of the first answer, then of another class, once a second at most", () => {
    const [otter, stillOtter, seal] = [answer(55), answer(55), answer(72)];
    const first = nextSaid(null, otter, 5000);
    expect(first).toEqual({ result: otter, atMs: 5000 });
    expect(nextSaid(first, stillOtter, 9000)).toBe(first);
    expect(nextSaid(first, seal, 5999)).toBe(first);
    expect(nextSaid(first, seal, 6000)).toEqual({ result: seal, atMs: 6000 });
  });

  it("tells when a class is no longer known", () => {
    const unsure = answer(55, false);
    expect(nextSaid({ result: answer(55), atMs: 0 }, unsure, 1000)).toEqual({ result: unsure, atMs: 1000 });
  });
});
