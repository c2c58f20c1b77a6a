import { expect, it } from "vitest";

import { newest } from "../src/newest.js";

it("works on one thing at a time and leaves out what is overtaken", async () => {
  const seen: number[] = [];
  const ends: (() => void)[] = [];
  const show = newest(async (value: number) => {
    seen.push(value);
    await new Promise<void>((resolve) => ends.push(resolve));
  });
  for (const value of [1, 2, 3]) show(value);
  expect(seen).toEqual([1]);
  ends.shift()!();
  await new Promise((resolve) => setTimeout(resolve));
  expect(seen).toEqual([1, 3]);
  ends.shift()!();
  await new Promise((resolve) => setTimeout(resolve));
  show(4);
  expect(seen).toEqual([1, 3, 4]);
});
