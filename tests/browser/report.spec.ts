// The report that the trainer's end-to-end test leaves where this variable says.
import { join } from "node:path";
import { pathToFileURL } from "node:url";

import { expect, test } from "@playwright/test";

const folder = process.env.WIDEYE_SHAPES_OUT;

test.describe("the training report", () => {
  test.skip(!folder, "the trainer's tests have not run");

  for (const colorScheme of ["light", "dark"] as const) {
    test(`is readable on a ${colorScheme} page, from its file alone`, async ({ browser }) => {
      const context = await browser.newContext({ colorScheme, viewport: { width: 390, height: 844 } });
      const page = await context.newPage();
      const messages: string[] = [];
      const requests: string[] = [];
      page.on("console", (message) => messages.push(message.text()));
      page.on("pageerror", (error) => messages.push(error.message));
      page.on("request", (request) => requests.push(request.url()));
      const address = pathToFileURL(join(folder!, "report.html")).href;
      await page.goto(address);

      await expect(page.getByRole("heading", { name: "Training report" })).toBeVisible();
      await expect(page.getByRole("img", { name: "Accuracy: top-1 over epoch" })).toBeVisible();
      // Three plots of the training; two of probabilities, one of confusions and two of classes for each run.
      await expect(page.locator("svg")).toHaveCount(3 + 2 * 5);
      const pictures = page.locator("figure img");
      expect(await pictures.count()).toBeGreaterThan(0);
      for (const picture of await pictures.all())
        expect(await picture.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(32);

      const brightness = (element: Element, property: string): number => {
        const [red, green, blue] = (
          getComputedStyle(element).getPropertyValue(property).match(/\d+/g) ?? []
        ).map(Number);
        return ((red ?? 0) + (green ?? 0) + (blue ?? 0)) / 3;
      };
      const paper = await page.locator("body").evaluate(brightness, "background-color");
      const ink = await page.locator("svg text").first().evaluate(brightness, "fill");
      expect(colorScheme === "light" ? paper - ink : ink - paper).toBeGreaterThan(128);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);

      expect(messages).toEqual([]);
      expect(requests.filter((url) => !url.startsWith("data:"))).toEqual([address]);
      await context.close();
    });
  }
});
