import { expect } from "@playwright/test";
import type { Prediction } from "wideye";

/** What a project says about both forms of the picture. */
export interface Answer {
  /** The photograph, decoded by whatever the runtime has. */
  readonly file: readonly Prediction[];
  /** The pixels of its small copy. */
  readonly pixels: readonly Prediction[];
}

const TOLERANCE = { file: 0.005, pixels: 1e-5 };

/** Expects the same five labels, each with the same probability as far as decoding allows. */
export function expectSame(answer: Answer, reference: Answer): void {
  for (const form of ["file", "pixels"] as const) {
    const probabilities = (predictions: readonly Prediction[]) =>
      new Map(predictions.map(({ label, probability }) => [label, probability]));
    const [found, expected] = [probabilities(answer[form]), probabilities(reference[form])];
    expect([...found.keys()].sort(), form).toEqual([...expected.keys()].sort());
    expect(found.size).toBe(5);
    for (const [label, probability] of expected) {
      const difference = Math.abs(found.get(label)! - probability);
      expect(difference, `${form}: ${label}`).toBeLessThan(TOLERANCE[form]);
    }
  }
}
