import { rmSync, writeFileSync } from "node:fs";

import { expect, picture, repositoryFile, test } from "./fixtures.js";

const NOT_A_PICTURE = ["Not a picture", "not-an-image:", "This could not be read as a picture"] as const;
const TOO_LARGE = ["Too large", "too-large:", "Make it smaller and try again"] as const;

for (const [name, [title, code, advice]] of [
  ["empty.png", NOT_A_PICTURE],
  ["text.png", NOT_A_PICTURE],
  ["truncated.jpg", NOT_A_PICTURE],
  ["claims-20000x20000.png", TOO_LARGE],
] as const) {
  test(`${name} is explained and the page stays usable`, async ({ wide }) => {
    await wide.open();
    await wide.choose("drawing.png");
    await wide.expectAnswer("drawing.png");
    await wide.choose(name);
    await expect(wide.status).toContainText(title);
    await expect(wide.problem).toContainText(code);
    await expect(wide.problem).toContainText(advice);
    await expect(wide.list).toBeHidden();
    await expect(wide.thumbnail).toHaveAccessibleName("The pixels that the network sees: none yet");
    await wide.choose("drawing.jpg");
    await wide.expectAnswer("drawing.jpg · 60 × 40");
  });
}

test("a picture that claims too many pixels is not decoded for display either", async ({ wide }) => {
  await wide.open();
  await wide.choose("drawing.png");
  await expect(wide.preview).toBeVisible();
  await wide.choose("claims-20000x20000.png");
  await expect(wide.status).toContainText("Too large");
  await expect(wide.preview).toBeHidden();
});

test("a file that is saved anew, then deleted, stays as it was chosen", async ({ wide, page }, testInfo) => {
  await wide.open();
  const path = testInfo.outputPath("photo.png");
  writeFileSync(path, picture("drawing.png"));
  await wide.file.setInputFiles(path);
  await wide.expectAnswer("photo.png · 60 × 40");
  writeFileSync(path, picture("one-pixel.png"));
  await page.getByRole("radio", { name: "Pad" }).check();
  await wide.expectAnswer("photo.png · 60 × 40");
  rmSync(path);
  await page.getByRole("tab", { name: "Larger scene" }).click();
  await expect(page.locator("#scene-caption")).toContainText("squares");
});

test("a browser that makes up a canvas's pixels answers pictures, and says what does not work", async ({
  wide,
  page,
}) => {
  await page.addInitScript(() => {
    const read = OffscreenCanvasRenderingContext2D.prototype.getImageData;
    OffscreenCanvasRenderingContext2D.prototype.getImageData = function (...region) {
      const made = read.apply(this, region);
      made.data.fill(255);
      return made;
    };
  });
  await wide.open();
  await page.getByRole("button", { name: "Camera", exact: true }).click();
  await expect(wide.status).toContainText("Pixels kept from pages");
  await expect(wide.problem).toContainText("The camera and larger scenes do not");
  await expect(page.getByRole("button", { name: "Camera", exact: true })).toHaveAttribute(
    "aria-pressed",
    "false",
  );

  await wide.choose("drawing.png");
  await wide.expectAnswer("drawing.png · 60 × 40");
  await page.getByRole("tab", { name: "Larger scene" }).click();
  await expect(page.locator("#scene-caption")).toHaveText("Pixels kept from pages");

  const before = await wide.thumbnailPixels();
  const square = (await page.locator("#crop-square").boundingBox())!;
  await page.mouse.move(square.x + square.width / 2, square.y + square.height / 2);
  await page.mouse.down();
  await page.mouse.move(square.x, square.y + square.height / 2, { steps: 4 });
  await expect.poll(() => wide.thumbnailPixels()).not.toEqual(before);
  const white = (pixels: number[]) => pixels.every((value) => value === 255);
  expect([before, await wide.thumbnailPixels()].map(white)).toEqual([false, false]);
  await page.mouse.up();
});

test("a file of 65 MiB is refused before it is read", async ({ wide, page }) => {
  await wide.open();
  const dataTransfer = await page.evaluateHandle(() => {
    const transfer = new DataTransfer();
    transfer.items.add(new File([new Uint8Array(65 * 1024 * 1024)], "huge.png", { type: "image/png" }));
    return transfer;
  });
  await page.dispatchEvent("body", "drop", { dataTransfer });
  await expect(wide.status).toContainText("Too large");
  await wide.choose("drawing.png");
  await wide.expectAnswer("drawing.png");
});

test("a picture of one pixel is answered", async ({ wide }) => {
  await wide.open();
  await wide.choose("one-pixel.png");
  await wide.expectAnswer("one-pixel.png · 1 × 1");
  const pixels = await wide.thumbnailPixels();
  expect(pixels).toHaveLength(32 * 32 * 4);
  expect(pixels).toEqual(pixels.map((_, at) => pixels[at % 4]));
});

for (const name of [
  "cmyk.jpg",
  "sixteen-bit.png",
  "animated.gif",
  "drawing.webp",
  "drawing.bmp",
  "rotated.jpg",
]) {
  test(`${name} is answered`, async ({ wide }) => {
    await wide.open();
    await wide.choose(name);
    await wide.expectAnswer(`${name} · 60 × 40`);
  });
}

test.describe("without JavaScript", () => {
  test.use({ javaScriptEnabled: false });

  test("the page says what it needs, and shows nothing that would not work", async ({ wide, page }) => {
    await page.goto(wide.address);
    await expect(page.locator("noscript")).toBeVisible();
    for (const part of [wide.status, page.getByRole("button"), page.getByRole("progressbar")]) {
      await expect(part).toHaveCount(0);
    }
  });
});

const network = /\.onnx$/;
const wasm = /\.wasm$/;
const html = { headers: { "Content-Type": "text/html" }, body: "<!doctype html><title>start</title>" };

for (const [what, pattern, answer, title] of [
  [
    "a damaged model",
    network,
    { body: repositoryFile("tests/fixtures/models/broken/truncated.onnx") },
    "The network is damaged",
  ],
  [
    "a model that breaks the contract",
    network,
    { body: repositoryFile("tests/fixtures/models/broken/labels-missing.onnx") },
    "The network is damaged",
  ],
  ["an empty model", network, { body: "" }, "The network is damaged"],
  ["a missing model", network, { status: 404 }, "The network is missing"],
  ["a start page in place of the model", network, html, "The network is missing"],
  ["a missing wasm", wasm, { status: 404 }, "The network is missing"],
  ["a start page in place of the wasm", wasm, html, "The network is missing"],
] as const) {
  test(`${what} is explained, and trying again helps once it is mended`, async ({ wide, page }) => {
    wide.expectedMessages.push(/Failed to load resource/);
    wide.answers.set(pattern, answer);
    await page.goto(wide.address);
    await expect(wide.status).toContainText(title);
    await expect(wide.problem).toContainText(/^.+(bad-model|network): .+/s);
    await wide.choose("drawing.png");
    await expect(wide.preview).toBeVisible();
    await expect(wide.status).toContainText(title);

    wide.answers.clear();
    await page.getByRole("button", { name: "Try again" }).click();
    await wide.expectAnswer("drawing.png · 60 × 40");
  });
}
