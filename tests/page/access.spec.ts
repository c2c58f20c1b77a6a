import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";

import { expect, repositoryFile, test, type WidePage } from "./fixtures.js";

const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

const states: Record<string, (wide: WidePage) => Promise<void>> = {
  loading: async (wide) => {
    wide.answers.set(/\.wasm$/, { after: new Promise(() => {}) });
    await wide.page.goto(wide.address);
    await expect(wide.status).toContainText("Loading the network");
  },
  ready: (wide) => wide.open(),
  answered: async (wide) => {
    await wide.open();
    await wide.choose("drawing.png");
    await wide.expectAnswer("drawing.png");
    await wide.page.getByText("Where the sample pictures come from").click();
  },
  "a pinned map": async (wide) => {
    await wide.open();
    await wide.choose("drawing.png");
    await wide.expectAnswer("drawing.png");
    await wide.buttons.nth(1).click();
    await expect(wide.page.locator("#heatmap")).toBeVisible();
  },
  "all classes": async (wide) => {
    await wide.open();
    await wide.choose("drawing.png");
    await wide.expectAnswer("drawing.png");
    await wide.page.getByRole("tab", { name: "All classes" }).click();
    await expect(wide.page.locator(".class")).toHaveCount(100);
  },
  failed: async (wide) => {
    await wide.open();
    await wide.choose("text.png");
    await expect(wide.problem).toBeVisible();
  },
  "without a network": async (wide) => {
    wide.answers.set(/\.onnx$/, { body: repositoryFile("tests/fixtures/models/broken/truncated.onnx") });
    await wide.page.goto(wide.address);
    await expect(wide.page.getByRole("button", { name: "Try again" })).toBeVisible();
  },
};

for (const [state, reach] of Object.entries(states)) {
  test(`axe finds nothing, ${state}`, async ({ wide, page }) => {
    await reach(wide);
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      const { violations } = await new AxeBuilder({ page }).withTags(RULES).analyze();
      expect(
        violations.map(({ id, nodes }) => [id, nodes.map(({ target }) => target)]),
        colorScheme,
      ).toEqual([]);
    }
  });
}

test("everything is done with the keyboard alone, and the focus is visible", async ({ wide, page }) => {
  wide.answers.set(/drawing\.png$/, {
    headers: { "Content-Type": "image/png" },
    body: repositoryFile("tests/fixtures/pictures/drawing.png"),
  });
  await wide.open();

  await page.keyboard.press("Tab");
  await expect(page.getByLabel("Language")).toBeFocused();
  await page.keyboard.press("Tab");
  await expect(wide.file).toBeFocused();
  const chooser = page.waitForEvent("filechooser");
  await page.keyboard.press("Enter");
  await (await chooser).setFiles({
    name: "chosen.png",
    mimeType: "image/png",
    buffer: repositoryFile("tests/fixtures/pictures/drawing.png"),
  });
  await wide.expectAnswer("chosen.png");

  await page.keyboard.press("Tab");
  await expect(wide.url).toBeFocused();
  await expectVisibleFocus(page);
  await page.keyboard.type("drawing.png");
  await page.keyboard.press("Enter");
  await wide.expectAnswer("/drawing.png · 60 × 40");

  await page.keyboard.press("Tab");
  await expect(page.getByRole("button", { name: "Look" })).toBeFocused();
  await expectVisibleFocus(page);
  await page.keyboard.press("Tab");
  await expect(wide.samples.first()).toBeFocused();
  await expectVisibleFocus(page);
  await page.keyboard.press("Enter");
  await expect(wide.samples.first()).toHaveAttribute("aria-pressed", "true");
  await wide.expectAnswer("·");

  for (let left = await wide.samples.count(); left > 0; left -= 1) await page.keyboard.press("Tab");
  await expect(page.getByRole("radio", { name: "Crop" })).toBeFocused();
  await page.keyboard.press("ArrowRight");
  await expect(page.getByRole("radio", { name: "Pad" })).toBeChecked();
  await wide.expectAnswer("·");

  await page.keyboard.press("Tab");
  await expect(wide.buttons.nth(0)).toBeFocused();
  await expectVisibleFocus(page);
  for (const [key, rank] of [
    ["ArrowDown", 1],
    ["End", 4],
    ["ArrowUp", 3],
    ["Home", 0],
  ] as const) {
    await page.keyboard.press(key);
    await expect(wide.buttons.nth(rank)).toBeFocused();
  }
  await page.keyboard.press("Tab");
  await expect(page.getByRole("tab", { name: "Change it" })).toBeFocused();
  await expectVisibleFocus(page);
  await page.keyboard.press("ArrowLeft");
  await expect(page.getByRole("tab", { name: "All classes" })).toBeFocused();
  await expect(page.getByRole("tabpanel", { name: "All classes" })).toBeVisible();
});

test("the status tells screen readers each step once", async ({ wide, page }) => {
  await wide.open();
  await wide.status.evaluate((status) => {
    const said: string[] = [];
    Object.assign(window, { said });
    new MutationObserver(() => {
      const text = status.textContent.replace(/\s+/g, " ").trim();
      if (said.at(-1) !== text) said.push(text);
    }).observe(status, { childList: true, characterData: true, subtree: true });
  });
  await wide.choose("drawing.png");
  await wide.expectAnswer("drawing.png");
  const [first] = await wide.bars();
  const said = await page.evaluate(() => (window as unknown as { said: string[] }).said);
  expect(said).toEqual(["One moment Looking", expect.stringMatching(new RegExp(`^\\D+ ${first!.label}$`))]);
});

for (const width of [320, 390, 768, 1024, 1280, 2560]) {
  test(`nothing overflows or moves at ${width} pixels`, async ({ wide, page }) => {
    await page.setViewportSize({ width, height: 844 });
    await page.addInitScript(() => {
      const shifts: number[] = [];
      Object.assign(window, { shifts });
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) shifts.push((entry as unknown as { value: number }).value);
      }).observe({ type: "layout-shift", buffered: true });
    });
    await wide.open();
    await wide.samples.first().click();
    await wide.expectAnswer("·");
    await wide.choose("text.png");
    await expect(wide.problem).toBeVisible();
    await wide.choose("drawing.png");
    await wide.expectAnswer("drawing.png");
    const { scrollWidth, shifts } = await page.evaluate(() => ({
      scrollWidth: document.documentElement.scrollWidth,
      shifts: (window as unknown as { shifts: number[] }).shifts,
    }));
    expect(scrollWidth).toBeLessThanOrEqual(width);
    expect(shifts.reduce((sum, shift) => sum + shift, 0)).toBeLessThan(0.01);
  });
}

async function expectVisibleFocus(page: Page): Promise<void> {
  const outline = await page.evaluate(() => {
    const { outlineStyle, outlineWidth } = getComputedStyle(document.activeElement!);
    return { outlineStyle, width: Number.parseFloat(outlineWidth) };
  });
  expect(outline.outlineStyle).not.toBe("none");
  expect(outline.width).toBeGreaterThanOrEqual(2);
}
