// @vitest-environment happy-dom
import { beforeEach, expect, it } from "vitest";

import type { Sample } from "../src/intake/samples.js";
import { samplesView } from "../src/intake/view.js";
import { Store } from "../src/state.js";

const sample: Sample = {
  url: "https://page.test/castle.jpg",
  title: "Castle and bridge",
  alt: "",
  classes: ["castle", "bridge"],
  source: "https://pictures.test/castle",
  licence: "Public domain",
  author: "Mimova",
};

let store: Store;

beforeEach(() => {
  document.body.innerHTML = '<ul id="samples"></ul><ul id="credits"></ul>';
  store = new Store();
  store.show(samplesView(document, [sample], () => {}));
});

it("credits name the pictures in the page's language, and say which part is English in all", () => {
  const credit = document.querySelector("#credits li")!;
  expect(credit.textContent).toBe("Castle and bridge: Mimova, Public domain");
  store.change({ language: "es" });
  expect(credit.textContent).toBe("Castillo y puente: Mimova, Public domain");
  expect([...credit.querySelectorAll("[lang=en]")].map(({ textContent }) => textContent)).toEqual([
    "Public domain",
  ]);
  expect(credit.querySelector("a")!.href).toBe("https://pictures.test/castle");
});
