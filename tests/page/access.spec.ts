import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";

import { languages } from "../../web/page/src/words/languages.js";
import { expect, repositoryFile, test } from "./fixtures.js";
import { states } from "./states.js";

const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

const COLOURS = [
  { colorScheme: "light" },
  { colorScheme: "dark" },
  { colorScheme: "dark", forcedColors: "active" },
] as const;
const WIDTHS = [320, 390, 768, 1280, 3840];

for (const [state, reach] of Object.entries(states)) {
  test(`axe finds nothing, ${state}`, async ({ wide, page }) => {
    test.slow();
    await reach(wide);
    for (const colours of COLOURS) {
      await page.emulateMedia(colours);
      // Forced colours are the visitor's own.
      const given = "forcedColors" in colours ? ["color-contrast"] : [];
      const { violations } = await new AxeBuilder({ page }).withTags(RULES).disableRules(given).analyze();
      expect(
        violations.map(({ id, nodes }) => [id, nodes.map(({ target }) => target)]),
        JSON.stringify(colours),
      ).toEqual([]);
    }
  });

  test(`nothing sticks out in any language, direction or width, ${state}`, async ({ wide, page }) => {
    test.slow();
    await reach(wide);
    for (const language of Object.keys(languages)) {
      await page.locator("#language").selectOption(language);
      for (const direction of ["ltr", "rtl"]) {
        await page.evaluate((direction) => {
          document.documentElement.dir = direction;
        }, direction);
        for (const width of WIDTHS) {
          await page.setViewportSize({ width, height: 844 });
          expect(await page.evaluate(stickingOut), `${language} ${direction} ${width}`).toEqual([]);
        }
      }
    }
  });
}

/** Run in the page: what lies beyond the window's sides, or has text beyond its own, without a way to scroll there. */
function stickingOut(): string[] {
  const { clientWidth, scrollWidth } = document.documentElement;
  const clips = (element: Element): boolean => getComputedStyle(element).overflowX !== "visible";
  const hasText = (element: Element): boolean =>
    [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.nodeValue!.trim());
  const clipped = (element: Element): boolean => {
    for (let at = element.parentElement; at && at !== document.body; at = at.parentElement)
      if (clips(at)) return true;
    return false;
  };
  const out = [...document.body.querySelectorAll<HTMLElement>("*")].filter((element) => {
    const { left, right, width } = element.getBoundingClientRect();
    const beyondWindow = width > 0 && (left < -1 || right > clientWidth + 1) && !clipped(element);
    const beyondItself =
      element.clientWidth > 0 &&
      element.scrollWidth > element.clientWidth + 1 &&
      hasText(element) &&
      !clips(element);
    return beyondWindow || beyondItself;
  });
  const names = out.map(({ tagName, id, className, textContent }) =>
    [tagName, id, className, textContent.trim().slice(0, 30)].filter(Boolean).join(" "),
  );
  return scrollWidth > clientWidth ? [...names, `the page: ${scrollWidth} of ${clientWidth}`] : names;
}

test("right to left, bars start at the right", async ({ wide, page }) => {
  await wide.open();
  await page.evaluate(() => {
    document.documentElement.dir = "rtl";
  });
  await wide.choose("drawing.png");
  await wide.expectAnswer("drawing.png");
  const gaps = await wide.rows.evaluateAll((rows) =>
    rows.map(
      (row) =>
        row.querySelector("svg")!.getBoundingClientRect().right -
        row.querySelector("rect")!.getBoundingClientRect().right,
    ),
  );
  for (const gap of gaps) expect(Math.abs(gap)).toBeLessThan(0.5);
});

test("forced colours tell bars, the chosen fit, the open tool and the focus apart", async ({
  wide,
  page,
}) => {
  await page.emulateMedia({ forcedColors: "active" });
  await wide.open();
  await wide.choose("drawing.png");
  await wide.expectAnswer("drawing.png");
  const colour = (selector: string, property: string): Promise<string> =>
    page
      .locator(selector)
      .first()
      .evaluate((element, property) => getComputedStyle(element).getPropertyValue(property), property);
  expect(await colour("#chart rect", "fill")).not.toBe(await colour("#chart svg", "background-color"));
  for (const [marked, unmarked] of [
    ["#fit :checked + span", "#fit :not(:checked) + span"],
    ["#tool-tabs [aria-selected=true]", "#tool-tabs [aria-selected=false]"],
  ] as const) {
    expect(await colour(marked, "border-bottom-color")).not.toBe(
      await colour(unmarked, "border-bottom-color"),
    );
  }
  await wide.buttons.first().focus();
  await page.keyboard.press("ArrowDown");
  await expectVisibleFocus(page);
});

test("a phone scrolls to the answer, unless it is in sight already", async ({ wide, page }) => {
  await page.setViewportSize({ width: 390, height: 664 });
  await wide.open();
  await wide.choose("drawing.png");
  await wide.expectAnswer("drawing.png");
  await expect(wide.status).toBeInViewport({ ratio: 1 });
  await expect(wide.rows.first()).toBeInViewport({ ratio: 1 });
  await expect(wide.preview).toBeInViewport({ ratio: 1 });
  await expect.poll(() => page.evaluate(() => scrollY)).toBeGreaterThan(0);
  await page.setViewportSize({ width: 390, height: 1300 });
  await page.evaluate(() => scrollTo(0, 0));
  await wide.choose("rotated.jpg");
  await wide.expectAnswer("rotated.jpg");
  expect(await page.evaluate(() => scrollY)).toBe(0);
});

test("everything is done with the keyboard alone, and the focus is visible", async ({ wide, page }) => {
  wide.answers.set(/drawing\.png$/, {
    headers: { "Content-Type": "image/png" },
    body: repositoryFile("tests/fixtures/pictures/drawing.png"),
  });
  await wide.open();

  await page.keyboard.press("Tab");
  await expect(page.getByRole("button", { name: "0 requests" })).toBeFocused();
  await expectVisibleFocus(page);
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
  await expect(page.getByLabel("Folder", { exact: true })).toBeFocused();
  await page.keyboard.press("Tab");
  await expect(page.getByRole("button", { name: "Camera", exact: true })).toBeFocused();
  await expectVisibleFocus(page);
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
  await expect(page.getByRole("slider", { name: "Part that the network sees" })).toBeFocused();
  await expectVisibleFocus(page);
  await page.keyboard.press("-");
  await page.keyboard.press("Tab");
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
  for (const name of ["Copy picture", "Save picture", "Copy link"]) {
    await page.keyboard.press("Tab");
    await expect(page.getByRole("button", { name })).toBeFocused();
    await expectVisibleFocus(page);
  }
  await page.keyboard.press("Tab");
  await expect(page.getByRole("tab", { name: "Change it" })).toBeFocused();
  await expectVisibleFocus(page);
  for (const name of ["Moved", "Blurred", "Darker", "With noise"]) {
    await page.keyboard.press("Tab");
    await expect(page.getByRole("slider", { name })).toBeFocused();
    await expectVisibleFocus(page);
  }
  await page.getByRole("tab", { name: "Change it" }).focus();
  await page.keyboard.press("ArrowLeft");
  await expect(page.getByRole("tab", { name: "All classes" })).toBeFocused();
  await expect(page.getByRole("tabpanel", { name: "All classes" })).toBeVisible();

  const takeAway = page.getByRole("link", { name: "Take it with you" });
  for (let left = 50; left > 0; left -= 1) {
    if (await takeAway.evaluate((link) => link === document.activeElement)) break;
    await page.keyboard.press("Tab");
  }
  await expect(takeAway).toBeFocused();
  await expectVisibleFocus(page);
  await page.keyboard.press("Tab");
  await expect(page.getByText("Where the sample pictures come from")).toBeFocused();
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

for (const width of [...WIDTHS, 1024, 1920]) {
  test(`nothing moves at ${width} pixels`, async ({ wide, page }) => {
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
    const shifts = await page.evaluate(() => (window as unknown as { shifts: number[] }).shifts);
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
