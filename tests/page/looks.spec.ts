// How the page looks, kept in __snapshots__; `npx playwright test --config tests/page looks --update-snapshots`
// writes them anew. Fonts differ from machine to machine, so no text is compared: a plan tells which parts of the
// page stand beside and below which, and pictures show what has no text, at a size of their own.
import type { Page } from "@playwright/test";

import { expect, test } from "./fixtures.js";
import { states } from "./states.js";

const planned = [
  "ready",
  "failed",
  "a pinned map",
  "changed",
  "compared",
  "a larger scene",
  "with many pictures",
  "all classes",
];

/** Parts of the page; how wide those in brackets are depends on the font. */
const PARTS = {
  masthead: ".masthead",
  "(headline)": "h1",
  "(choose)": ".choose",
  "(address)": ".address",
  "(samples)": "#samples",
  picture: "#well",
  map: "#heatmap",
  thumbnail: ".well-pixels",
  "(fit)": "#fit",
  status: "#status",
  bars: "#chart",
  problem: "#problem",
  "(tabs)": "#tool-tabs",
  "first change": ".change:first-child",
  "last change": ".change:last-child",
  "(difference)": ".compare-lead",
  own: "#compare-own",
  other: "#compare-other",
  figures: "#figures",
  scene: ".scene-frame",
  seen: ".scene-side",
  "(pictures)": ".many-intake",
  run: "#many-run",
  "(filter)": "#many-filter",
  table: ".many-table",
  "(search)": ".class-controls",
  classes: "#class-list",
  footer: ".colophon",
};

for (const state of planned) {
  test(`the plan of the page, ${state}`, async ({ wide, page }) => {
    await states[state]!(wide);
    // A bar that comes to lie below the pointer shows its map.
    await page.mouse.move(0, 0);
    let plans = "";
    for (const width of [390, 768, 1280, 1920]) {
      await page.setViewportSize({ width, height: 900 });
      plans += `${width}\n${await page.evaluate(plan, PARTS)}\n\n`;
    }
    expect(plans).toMatchSnapshot(`${state.replaceAll(" ", "-")}.txt`);
  });
}

/** Run in the page: a line for what stands side by side, each part with its sides in percent of the window's width. */
function plan(parts: Record<string, string>): string {
  const boxes = Object.entries(parts)
    .flatMap(([name, selector]) => {
      const box = document.querySelector(selector)?.getBoundingClientRect();
      return box?.width ? { name, box } : [];
    })
    .sort((a, b) => a.box.top - b.box.top);
  const lines: (typeof boxes)[] = [];
  for (const part of boxes) {
    const beside = lines.find(([first]) => part.box.top < first!.box.top + first!.box.height / 2);
    if (beside) beside.push(part);
    else lines.push([part]);
  }
  const percent = (x: number): string => `${Math.round((100 * x) / document.documentElement.clientWidth)}`;
  return lines
    .map((line) =>
      line
        .sort((a, b) => a.box.left - b.box.left)
        .map(({ name, box }) =>
          name.startsWith("(") ? name : `${name} ${percent(box.left)}-${percent(box.right)}`,
        )
        .join(" | "),
    )
    .join("\n");
}

for (const colorScheme of ["light", "dark"] as const) {
  test(`what has no text, ${colorScheme}`, async ({ wide, page }) => {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await wide.open();
    await expectLook(page, ".well-pixels", { width: 320, height: 320 }, `no-pixels-${colorScheme}.png`);
    await wide.choose("drawing.png");
    await wide.expectAnswer("drawing.png");
    await expectLook(page, "#well", { width: 320, height: 320 }, `picture-${colorScheme}.png`);
    await expectLook(page, ".well-pixels", { width: 320, height: 320 }, `pixels-${colorScheme}.png`);
    await expectLook(page, "#chart svg", { width: 320, height: 10 }, `bar-${colorScheme}.png`);
    await wide.buttons.first().press("Enter");
    await expectLook(page, "#well", { width: 320, height: 320 }, `map-${colorScheme}.png`);
  });
}

/** Compares an element, laid over the corner of the window at this size, with its kept picture. */
async function expectLook(
  page: Page,
  selector: string,
  size: { width: number; height: number },
  name: string,
): Promise<void> {
  const element = page.locator(selector).first();
  const lay = (style: string) =>
    element.evaluate((element: HTMLElement, style) => {
      element.style.cssText = style;
    }, style);
  await lay(
    `position: fixed; inset: 0 auto auto 0; z-index: 9; inline-size: ${size.width}px; block-size: ${size.height}px`,
  );
  await expect(page).toHaveScreenshot(name, { clip: { x: 0, y: 0, ...size }, maxDiffPixelRatio: 0.02 });
  await lay("");
}
