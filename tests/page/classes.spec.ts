import type { Locator } from "@playwright/test";

import { expect, repositoryFile, test, type WidePage } from "./fixtures.js";

const read = (path: string) => JSON.parse(repositoryFile(path).toString());
const card = read(`web/models/${read("web/models/index.json").default}.json`);
const byClass: { label: string; top1: number }[] = card.test.by_class;

const lines = ({ page }: WidePage): Locator => page.locator("#class-list").getByRole("listitem");
const count = ({ page }: WidePage): Locator => page.locator("#class-count");
const search = ({ page }: WidePage): Locator => page.getByRole("searchbox");

async function openList(wide: WidePage): Promise<void> {
  await wide.open();
  await wide.page.getByRole("tab", { name: "All classes" }).click();
  await expect(wide.page.getByRole("heading", { name: "special vehicles" })).toBeVisible();
}

test("every class stands in its group with how often the network is right", async ({ wide, page }) => {
  await openList(wide);
  await expect(lines(wide)).toHaveCount(card.classes);
  await expect(page.locator("#class-list h3")).toHaveCount(20);
  await expect(count(wide)).toHaveText("100 classes");
  const trees = page.locator(".class-section", { has: page.getByRole("heading", { name: "trees" }) });
  await expect(trees.locator(".class-name")).toHaveText(["maple", "oak", "palm", "pine", "willow"]);

  const shown = await lines(wide).evaluateAll((all) =>
    all.map((line) => {
      const [bar, text] = [".class-bar", ".class-right"].map(
        (part) => line.querySelector<HTMLElement>(part)!,
      );
      return [
        line.querySelector(".class-name")!.textContent,
        { text: text!.textContent, accuracy: Number(bar!.style.getPropertyValue("--accuracy")) },
      ] as const;
    }),
  );
  const texts = new Map(shown);
  for (const { label, top1 } of byClass) {
    const tenths = Math.round(10 * top1);
    expect(texts.get(label.replaceAll("_", " ")), label).toEqual({
      text: tenths === 10 ? "right nearly always" : `right about ${tenths} times in 10`,
      accuracy: top1,
    });
  }
});

test("the search knows shown and English names, whatever their case and accents", async ({ wide, page }) => {
  await openList(wide);
  await search(wide).fill("FISH");
  await expect(lines(wide).locator(".class-name")).toHaveText(["aquarium fish", "flatfish"]);
  await expect(count(wide)).toHaveText("2 of 100 classes");
  await expect(wide.status).toContainText("2 of 100 classes");
  await page.getByLabel("Language").selectOption("es");
  await expect(lines(wide).locator(".class-name")).toHaveText(["pez de acuario", "pez plano"]);
  await search(wide).fill("arbol");
  await expect(count(wide)).toHaveText("0 de 100 clases");
  await search(wide).fill("leon");
  await expect(lines(wide).locator(".class-name")).toHaveText(["león"]);
  await search(wide).fill("");
  await expect(lines(wide)).toHaveCount(100);
});

test("classes are in the order that was asked for", async ({ wide, page }) => {
  await openList(wide);
  await page.getByRole("radio", { name: "By name" }).check();
  const names = byClass.map(({ label }) => label.replaceAll("_", " ")).sort();
  await expect(lines(wide).locator(".class-name")).toHaveText(names);
  await expect(page.locator("#class-list h3")).toHaveCount(0);
  await page.getByRole("radio", { name: "By accuracy" }).check();
  const best = Math.max(...byClass.map(({ top1 }) => top1));
  const worst = Math.min(...byClass.map(({ top1 }) => top1));
  const nameOf = (top1: number) => byClass.find((one) => one.top1 === top1)!.label.replaceAll("_", " ");
  await expect(lines(wide).first()).toContainText(nameOf(best));
  await expect(lines(wide).last()).toContainText(nameOf(worst));
});

test("the list shows how probable each class is for the picture", async ({ wide, page }) => {
  await openList(wide);
  await expect(page.locator(".class-now:not(:empty)")).toHaveCount(0);
  await wide.choose("drawing.png");
  await wide.expectAnswer("drawing.png");
  for (const { label, probability } of await wide.bars()) {
    const line = lines(wide).filter({ has: page.getByText(label, { exact: true }) });
    const percent = `${Math.round(100 * probability)}%`;
    await expect(line.locator(".class-now")).toHaveText(probability < 0.005 ? "" : percent);
  }
});

test("the footer says how often the network is right", async ({ wide, page }) => {
  await wide.open();
  const { top1, top5 } = card.test.accuracy;
  const whole = (share: number) => `${Math.round(100 * share)}%`;
  await expect(page.locator("#network")).toContainText(
    `its first answer is right ${whole(top1)} of the time, one of its first five ${whole(top5)}`,
  );
});

test("figures of another file are not shown", async ({ wide, page }) => {
  wide.answers.set(/\.onnx$/, { body: repositoryFile("tests/fixtures/models/calibrated.onnx") });
  await wide.open();
  await page.getByRole("tab", { name: "All classes" }).click();
  await expect(lines(wide).locator(".class-name")).toHaveText([
    "apple",
    "bear",
    "castle",
    "dolphin",
    "elm tree",
  ]);
  await expect(page.locator("#class-list h3")).toHaveCount(0);
  await expect(page.locator(".class-right, .class-bar")).toHaveCount(0);
  await expect(page.locator("#class-intro")).toBeHidden();
  await expect(page.locator("#network")).toHaveText(/: 5 classes, \d[\d.]* MB$/);
});
