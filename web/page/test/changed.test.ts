import { expect, it } from "vitest";

import { changing } from "../src/changed.js";

it("tells the first values from none, and each new one from the one before", () => {
  const isNew = changing();
  expect([isNew(undefined, 1), isNew(undefined, 1), isNew(undefined, 2), isNew(3, 2), isNew(3, 2)]).toEqual([
    true,
    false,
    true,
    true,
    false,
  ]);
});
