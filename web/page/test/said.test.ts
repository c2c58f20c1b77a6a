import { describe, expect, it } from "vitest";
import type { Classification } from "wideye";

import { nextSaid } from "../src/answer/said.js";
import { classification } from "./fixtures.js";

const answer = (index: number, known: boolean | null = true, probability = 0.5): Classification =>
  classification({
    predictions: [{ index, label: String(index), superclass: null, probability }],
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

  it("tells when the network is surer of a class, or less sure, than the words say", () => {
    const before = { result: answer(55, true, 0.95), atMs: 0 };
    expect(nextSaid(before, answer(55, true, 0.91), 1000)).toBe(before);
    const unsure = answer(55, true, 0.32);
    expect(nextSaid(before, unsure, 999)).toBe(before);
    expect(nextSaid(before, unsure, 1000)).toEqual({ result: unsure, atMs: 1000 });
  });

  it("tells when classes of one superclass part or come together", () => {
    const oak = { index: 52, label: "oak", superclass: "trees", probability: 0.49 };
    const alone = classification({ predictions: [oak], known: true });
    const superclasses = [{ index: 17, label: "trees", probability: 0.89 }];
    const torn = classification({ predictions: [oak], superclasses, known: true });
    expect(nextSaid({ result: alone, atMs: 0 }, torn, 1000).result).toBe(torn);
  });

  it("tells when a class is no longer known", () => {
    const unsure = answer(55, false);
    expect(nextSaid({ result: answer(55), atMs: 0 }, unsure, 1000)).toEqual({ result: unsure, atMs: 1000 });
  });
});
