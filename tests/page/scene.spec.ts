import type { Page } from "@playwright/test";

import { expect, picture, test, type WidePage } from "./fixtures.js";

// Dozens of windows take their time where several tests share a machine.
test.describe.configure({ timeout: 120_000 });

const parts = (page: Page) => ({
  tab: page.getByRole("tab", { name: "Larger scene" }),
  grid: page.getByRole("img", { name: "The picture’s squares, clear where the network is sure" }),
  list: page.getByRole("list", { name: "Seen in the squares" }),
  size: page.getByRole("slider", { name: "Size of the squares" }),
  progress: page.getByRole("progressbar", { name: "Looking at the squares" }),
  caption: page.locator("#scene-caption"),
});

async function showScene(wide: WidePage): Promise<ReturnType<typeof parts>> {
  const found = parts(wide.page);
  await wide.open();
  await wide.page.getByRole("button", { name: "A castle built on the arches of a bridge" }).click();
  await wide.expectAnswer("Castle and bridge");
  await found.tab.click();
  await expect(found.caption).toContainText("squares", { timeout: 60_000 });
  return found;
}

test("a castle on a bridge shows both", async ({ wide, page }) => {
  const { grid, list, caption } = await showScene(wide);
  // 800 by 600 pixels, windows of a quarter at half steps: 10 by 7
  await expect(grid.locator(".scene-cell")).toHaveCount(70);
  await expect(caption).toHaveText(/^It is at least 50% sure of \d+ of 70 squares$/);
  const seen = list.getByRole("button");
  await expect(seen.filter({ hasText: /^castle [5-9]\d% \d+ squares? $/ })).toBeVisible();
  await expect(seen.filter({ hasText: /^bridge [5-9]\d% \d+ squares? $/ })).toBeVisible();
  await expect(grid.getByText(/^castle \d+%$/).first()).toBeVisible();
  await expect(grid.getByText(/^bridge \d+%$/).first()).toBeVisible();
  await expect(page.locator("#tool-scene")).toContainText("This is no detector");

  const box = (await grid.boundingBox())!;
  const photo = (await page.locator("#scene-photo").boundingBox())!;
  for (const measure of ["x", "y", "width", "height"] as const) {
    expect(Math.abs(box[measure] - photo[measure]), measure).toBeLessThanOrEqual(1.01);
  }
  expect(box.width / box.height).toBeCloseTo(800 / 600, 1);
});

test("an entry of the list shows its windows while it is pointed at, and until it is let go", async ({
  wide,
}) => {
  const { grid, size, list, caption } = await showScene(wide);
  const castle = list.getByRole("button", { name: "castle" });
  const count = Number(/(\d+) squares/.exec((await castle.textContent())!)![1]);
  const windows = grid.locator(".scene-window");
  await expect(windows).toHaveCount(0);
  await castle.hover();
  await expect(windows).toHaveCount(count);
  await caption.hover();
  await expect(windows).toHaveCount(0);

  await size.press("Tab");
  await expect(list.getByRole("button").first()).toBeFocused();
  await expect(windows).not.toHaveCount(0);
  await castle.press("Enter");
  await expect(castle).toHaveAttribute("aria-pressed", "true");
  await size.focus();
  await expect(windows).toHaveCount(count);
  await castle.press("Escape");
  await expect(castle).toHaveAttribute("aria-pressed", "false");
  await expect(windows).toHaveCount(0);
});

test("the size of the windows is set by keys, and said in words", async ({ wide }) => {
  const { grid, size } = await showScene(wide);
  await expect(size).toHaveAttribute("aria-valuetext", "25% of the picture’s shorter side");
  await size.press("End");
  await expect(size).toHaveAttribute("aria-valuetext", "100% of the picture’s shorter side");
  // 800 by 600 pixels, windows of 600: one step of 200
  await expect(grid.locator(".scene-cell")).toHaveCount(2);
  await wide.page.getByRole("combobox", { name: "Language" }).selectOption("de");
  await expect(wide.page.getByRole("slider", { name: "Größe der Ausschnitte" })).toHaveAttribute(
    "aria-valuetext",
    /^100\s% der kürzeren Seite des Bildes$/,
  );
  await expect(wide.page.getByRole("list", { name: "In den Ausschnitten gesehen" })).toContainText("Burg");
});

test("another picture takes the place of the one that is looked through", async ({ wide }) => {
  const { grid, size, progress, list } = await showScene(wide);
  await size.press("Home");
  await wide.choose("one-pixel.png");
  await wide.expectAnswer("one-pixel.png");
  await expect(grid.locator(".scene-cell")).toHaveCount(1);
  await expect(progress).toBeHidden();
  await wide.choose("text.png");
  await expect(wide.problem).toBeVisible();
  await expect(grid).toHaveCount(0);
  await expect(list.getByRole("button")).toHaveCount(0);
  await wide.choose("drawing.png");
  await wide.expectAnswer("drawing.png");
  // 60 by 40 pixels, windows of 8: 13 steps of 4 and 8 steps of 4
  await expect(grid.locator(".scene-cell")).toHaveCount(14 * 9);
});

test("what cannot be read is not looked through, and the next picture is", async ({ wide, page }) => {
  wide.expectedMessages.push(/blocked by CORS policy/, /Failed to load resource/);
  const body = picture("drawing.png");
  const other = await wide.site({ "/closed.png": { headers: { "Content-Type": "image/png" }, body } });
  const { tab, grid, progress } = parts(page);
  await wide.open();
  await tab.click();
  await wide.lookAt(`${other.origin}/closed.png`);
  await expect(wide.status).toContainText("That site says no");
  await expect(page.locator("#scene-photo")).toBeVisible();
  await expect(progress).toBeHidden();
  await wide.choose("one-pixel.png");
  await expect(grid.locator(".scene-cell")).toHaveCount(1);
  await expect(progress).toBeHidden();
});

test("a pinned class that larger squares do not show veils nothing", async ({ wide, page }) => {
  const { grid, list, size } = await showScene(wide);
  await list.getByRole("button").last().click();
  await page.mouse.move(0, 0);
  await expect(grid.locator(".scene-window")).not.toHaveCount(0);
  await size.press("End");
  await expect(list.getByRole("button", { pressed: true })).toHaveCount(0);
  await expect(grid.locator(".scene-cell")).toHaveCount(2);
});

test("without a picture the tool says what to show", async ({ wide, page }) => {
  const { tab, progress } = parts(page);
  await wide.open();
  await tab.click();
  await expect(page.getByText("Show it a picture of several things")).toBeVisible();
  await expect(progress).toBeHidden();
});
