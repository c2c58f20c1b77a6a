import { expect, it } from "vitest";

import { newest } from "../src/newest.js";

function setUp(atOnce?: number) {
  const seen: number[] = [];
  const ends: (() => void)[] = [];
  const show = newest(async (value: number) => {
    seen.push(value);
    await new Promise<void>((resolve) => ends.push(resolve));
  }, atOnce);
  const end = async (): Promise<void> => {
    ends.shift()!();
    await new Promise((resolve) => setTimeout(resolve));
  };
  return { seen, show, end };
}

it("works on one thing at a time and leaves out what is overtaken", async () => {
  const { seen, show, end } = setUp();
  for (const value of [1, 2, 3]) show(value);
  expect(seen).toEqual([1]);
  await end();
  expect(seen).toEqual([1, 3]);
  await end();
  show(4);
  expect(seen).toEqual([1, 3, 4]);
});

it("works on several things at once where it is told so", async () => {
  const { seen, show, end } = setUp(2);
  for (const value of [1, 2, 3, 4]) show(value);
  expect(seen).toEqual([1, 2]);
  await end();
  expect(seen).toEqual([1, 2, 4]);
  await end();
  await end();
  show(5);
  expect(seen).toEqual([1, 2, 4, 5]);
});
