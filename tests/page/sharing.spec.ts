import { readFile } from "node:fs/promises";

import type { Page } from "@playwright/test";

import { expect, test, type WidePage } from "./fixtures.js";

const button = (page: Page, name: string) => page.getByRole("button", { name, exact: true });

async function answer(wide: WidePage): Promise<void> {
  await wide.open();
  await wide.page.getByRole("button", { name: "A castle built on the arches of a bridge" }).click();
  await wide.expectAnswer("Castle and bridge");
}

/** Decodes a PNG file in the page and reads colours from it. */
function colours(page: Page, png: Buffer, points: readonly (readonly [number, number])[]) {
  return page.evaluate(
    async ([base64, points]) => {
      const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
      const bitmap = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
      const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext("2d", {
        willReadFrequently: true,
      })!;
      context.drawImage(bitmap, 0, 0);
      return {
        size: [bitmap.width, bitmap.height],
        colours: points.map(([x, y]) => [...context.getImageData(x, y, 1, 1).data].slice(0, 3)),
      };
    },
    [png.toString("base64"), points] as const,
  );
}

test("the result is saved as a picture: photo, bars and pixels", async ({ wide, page }) => {
  await answer(wide);
  const [first] = await wide.bars();
  const seen = await wide.thumbnailPixels();
  const downloading = page.waitForEvent("download");
  await button(page, "Save picture").click();
  const download = await downloading;
  expect(download.suggestedFilename()).toBe("Castle and bridge-wideye.png");
  await expect(button(page, "Saved")).toBeVisible();
  await expect(button(page, "Save picture")).toBeVisible();

  // The first bar runs from 675 to 1152 at a height of 205; the small picture's squares are 4 wide, from 675 and 499 on.
  const end = Math.round(675 + first!.probability * 477);
  const { size, colours: found } = await colours(page, await readFile(await download.path()), [
    [10, 10],
    [676, 205],
    [end - 3, 205],
    [end + 3, 205],
    [675 + 2, 499 + 2],
    [675 + 4 * 20 + 2, 499 + 4 * 10 + 2],
  ]);
  expect(size).toEqual([1200, 675]);
  const pixel = (x: number, y: number) => seen.slice(4 * (32 * y + x), 4 * (32 * y + x) + 3);
  expect(found).toEqual([
    [0xfa, 0xfa, 0xf7],
    [0x0a, 0x7a, 0x5c],
    [0x0a, 0x7a, 0x5c],
    [0xe7, 0xe9, 0xe3],
    pixel(0, 0),
    pixel(20, 10),
  ]);
});

test("the photo in the picture is framed as the network sees it", async ({ wide, page }) => {
  await answer(wide);
  await page.getByRole("radio", { name: "Pad" }).check();
  await wide.expectAnswer("Castle and bridge");
  const downloading = page.waitForEvent("download");
  await button(page, "Save picture").click();
  // 800 by 600 pixels in a square of 579: bands of (579 - 434) / 2 = 72 above and below
  const { colours: found } = await colours(page, await readFile(await (await downloading).path()), [
    [300, 48 + 69],
    [300, 48 + 75],
    [300, 48 + 579 - 69],
    [300, 48 + 579 - 75],
  ]);
  const white = [255, 255, 255];
  expect([found[0], found[2]]).toEqual([white, white]);
  expect(found[1]).not.toEqual(white);
  expect(found[3]).not.toEqual(white);
});

test("the picture and the link are copied", async ({ wide, page, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await answer(wide);
  await button(page, "Copy picture").click();
  await expect(button(page, "Copied")).toBeVisible();
  const types = await page.evaluate(async () => (await navigator.clipboard.read()).map(({ types }) => types));
  expect(types).toEqual([["image/png"]]);

  await page.getByRole("radio", { name: "Stretch" }).check();
  await page.getByRole("tab", { name: "Many pictures" }).click();
  await expect(button(page, "Copy link")).toBeVisible();
  await button(page, "Copy link").click();
  const link = await page.evaluate(() => navigator.clipboard.readText());
  expect(link).toBe(`${wide.address}#fit=fill&tool=many&compare=narrow`);
});

test("what the browser refuses is said on the button", async ({ wide, page }) => {
  await page.addInitScript(() => {
    navigator.clipboard.writeText = () => Promise.reject(new DOMException("no", "NotAllowedError"));
  });
  await wide.open();
  await button(page, "Copy link").click();
  await expect(button(page, "Did not work")).toBeVisible();
  await expect(wide.status).toContainText("Did not work");
  // The link is in the address bar all the same.
  expect(page.url()).toContain("#fit=cover&tool=");
});

test("the device's own sharing gets a file, where there is one", async ({ wide, page }) => {
  await wide.open();
  await expect(button(page, "Share")).toBeHidden();
  await page.addInitScript(() => {
    const shared: string[] = [];
    Object.assign(window, { shared });
    navigator.canShare = () => true;
    navigator.share = async ({ files } = {}) => {
      shared.push(...files!.map(({ name, type }) => `${name} ${type}`));
    };
  });
  await page.reload();
  await expect(wide.status).toContainText("Show it a picture");
  await expect(button(page, "Share")).toBeDisabled();
  await wide.choose("drawing.png");
  await wide.expectAnswer("drawing.png");
  await button(page, "Share").click();
  await expect(button(page, "Shared")).toBeVisible();
  expect(await page.evaluate(() => (window as unknown as { shared: string[] }).shared)).toEqual([
    "drawing-wideye.png image/png",
  ]);
});

test("a link sets language, fit and tool; what it does not know is ignored", async ({ wide, page }) => {
  await page.goto(`${wide.address}#lang=de&fit=contain&tool=scene`);
  await expect(page.locator("html")).toHaveAttribute("lang", "de");
  await expect(page.getByRole("radio", { name: "Auffüllen" })).toBeChecked();
  await expect(page.getByRole("tab", { selected: true })).toHaveText("Größere Szene");
  await page.goto("about:blank");
  await page.goto(`${wide.address}#lang=xx&fit=%E0%A4%A&tool=__proto__&picture=https://example.org/a.png`);
  await expect(wide.status).toContainText("Show it a picture");
  await expect(page.getByRole("radio", { name: "Crop" })).toBeChecked();
});

test("a link is followed on the open page too, with the network to compare with", async ({ wide, page }) => {
  const fetched = () => wide.requests.flatMap((url) => /(narrow|wide)[^/]*\.onnx$/.exec(url)?.[1] ?? []);
  await page.goto(`${wide.address}#tool=compare&compare=wide`);
  const rival = page.getByLabel("Compare with");
  await expect(rival).toHaveValue("wide");
  await expect(page.getByRole("heading", { name: "wide", exact: true })).toBeVisible();
  await wide.choose("drawing.png");
  await wide.expectAnswer("drawing.png");
  await expect(page.getByRole("list", { name: "Likeliest classes, wide" })).toBeVisible();
  expect(fetched()).toEqual(["wide"]);

  const cropped = await wide.thumbnailPixels();
  await page.goto(`${wide.address}#fit=fill&compare=narrow`);
  await expect(page.getByRole("radio", { name: "Stretch" })).toBeChecked();
  await expect.poll(() => wide.thumbnailPixels()).not.toEqual(cropped);
  await expect(page.getByRole("list", { name: "Likeliest classes, narrow" })).toBeVisible();
  await page.goBack();
  await expect(rival).toHaveValue("wide");
  await page.goto(`${wide.address}#lang=de&tool=many`);
  await expect(page.locator("html")).toHaveAttribute("lang", "de");
  await expect(page.getByRole("tab", { selected: true })).toHaveText("Viele Bilder");
  await expect(page.locator("#picture-caption")).toContainText("drawing.png");
});

test("the chosen language stays, unless a link says otherwise", async ({ wide, page }) => {
  await wide.open();
  await page.getByRole("combobox", { name: "Language" }).selectOption("es");
  await page.reload();
  await expect(page.locator("html")).toHaveAttribute("lang", "es");
  await page.goto("about:blank");
  await page.goto(`${wide.address}#lang=de`);
  await expect(page.locator("html")).toHaveAttribute("lang", "de");
  await page.goto("about:blank");
  await page.goto(wide.address);
  await expect(page.locator("html")).toHaveAttribute("lang", "es");
});
