import { expect, test } from "vitest";

test("importing the element where there is no DOM does nothing", async () => {
  const before = new Set(Object.getOwnPropertyNames(globalThis));
  const { WideEyeElement } = await import("../src/element.js");
  expect(WideEyeElement.observedAttributes).toEqual(["src", "top-k", "fit", "model", "heatmap"]);
  expect(Object.getOwnPropertyNames(globalThis).filter((name) => !before.has(name))).toEqual([]);
});
