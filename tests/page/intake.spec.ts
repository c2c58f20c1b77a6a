import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import type { Page } from "@playwright/test";

import { expect, picture, test, type WidePage } from "./fixtures.js";
import { writePictures } from "./folder.js";

const drawing = picture("drawing.png");
const png = { "Content-Type": "image/png" };
const readable = { ...png, "Access-Control-Allow-Origin": "*" };

test("a chosen file is shown, shrunk and answered", async ({ wide }) => {
  await wide.open();
  await wide.choose("drawing.png");
  await wide.expectAnswer("drawing.png · 60 × 40");
  await expect(wide.preview).toBeVisible();
  await expect(wide.thumbnail).toHaveAccessibleName("The pixels that the network sees: 32 by 32");
  await expect(
    wide.page.getByText(/^\d[\d.]* ms: decode [\d.]+, resize [\d.]+, network [\d.]+$/),
  ).toBeVisible();
});

test("the same file can be chosen again", async ({ wide }) => {
  await wide.open();
  await wide.choose("text.png");
  await expect(wide.problem).toBeVisible();
  await wide.choose("text.png", drawing);
  await wide.expectAnswer("text.png · 60 × 40");
});

test("a dropped file is answered, and a drag over the page is shown", async ({ wide, page }) => {
  await wide.open();
  const dataTransfer = await page.evaluateHandle(
    (bytes) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([new Uint8Array(bytes)], "dropped.png", { type: "image/png" }));
      return transfer;
    },
    [...drawing],
  );
  await page.dispatchEvent("main", "dragenter", { dataTransfer });
  await expect(page.locator("html")).toHaveAttribute("data-dropping");
  await page.dispatchEvent("main", "drop", { dataTransfer });
  await expect(page.locator("html")).not.toHaveAttribute("data-dropping");
  await wide.expectAnswer("dropped.png · 60 × 40");
});

for (const way of ["dropped", "chosen"] as const) {
  test(`a picture is found in a ${way} folder, and its absence explained`, async ({ wide, page }, info) => {
    const folder = info.outputPath("many things");
    mkdirSync(join(folder, "inside"), { recursive: true });
    writeFileSync(join(folder, "notes.txt"), "no picture");
    writeFileSync(join(folder, "inside", "drawing.png"), drawing);
    const take = async (path: string): Promise<void> => {
      if (way === "chosen") await page.getByLabel("Folder", { exact: true }).setInputFiles(path);
      else await dropPaths(page, [path]);
    };
    await wide.open();
    await take(folder);
    await wide.expectAnswer("drawing.png · 60 × 40");

    const empty = info.outputPath("nothing");
    mkdirSync(empty);
    writeFileSync(join(empty, "a.txt"), "no picture");
    writeFileSync(join(empty, "b.txt"), "no picture");
    await take(empty);
    await expect(wide.status).toContainText("No picture in there");
    await expect(wide.problem).toContainText("no picture among 2 files");
    await staysUsable(wide);
  });
}

for (const [way, take] of [
  ["dropped", (page: Page, paths: string[]) => dropPaths(page, paths)],
  ["chosen", (page: Page, paths: string[]) => page.locator("#file").setInputFiles(paths)],
  [
    "chosen as a folder",
    (page: Page, paths: string[]) => page.locator("#folder").setInputFiles(dirname(paths[0]!)),
  ],
] as const) {
  test(`several pictures that are ${way} are many, and the picture stays`, async ({ wide, page }, info) => {
    const folder = writePictures(info.outputPath("folder"), 12);
    writeFileSync(join(folder, "notes.txt"), "no picture");
    const names = [...Array.from({ length: 12 }, (_, at) => `picture-${at}.png`), "notes.txt"];
    await wide.open();
    await wide.choose("drawing.png");
    await wide.expectAnswer("drawing.png");
    await take(
      page,
      names.map((name) => join(folder, name)),
    );
    await expect(page.getByRole("tab", { name: "Many pictures" })).toHaveAttribute("aria-selected", "true");
    await expect(page.locator("#many-figures")).toHaveText(/^12 looked at · .* · other files: 1$/);
    const rows = page.locator("#many-rows").getByRole("rowheader");
    await expect(rows).toHaveText(names.slice(0, 12).map((name) => new RegExp(`^(folder/)?${name}$`)));
    await wide.expectAnswer("drawing.png");
  });
}

test("files beside the pictures of a folder are no pictures", async ({ wide, page }) => {
  await wide.open();
  const file = (name: string, buffer = drawing) => ({ name, mimeType: "application/octet-stream", buffer });
  await wide.file.setInputFiles([file("photo.jpg"), file("._photo.jpg", Buffer.from("no picture"))]);
  await wide.expectAnswer("photo.jpg · 60 × 40");
  await wide.file.setInputFiles([file("1.heic"), file("2.heic")]);
  await expect(wide.status).toContainText("No picture in there");
  await page.getByRole("tab", { name: "Many pictures" }).click();
  await page.locator("#many-files").setInputFiles([file("1.heic"), file("2.heic")]);
  await expect(page.locator("#many-figures")).toHaveText("No pictures among these files · other files: 2");
});

test("a sample picture says what it really is and whether the network is right", async ({ wide, page }) => {
  await wide.open();
  const truth = page.locator("#truth");
  for (const name of [
    "A white castle with towers on a wooded hill",
    "A castle built on the arches of a bridge",
  ]) {
    await page.getByRole("button", { name }).click();
    await wide.expectAnswer("Castle");
    const [first] = await wide.bars();
    const classes = name.includes("bridge") ? ["castle", "bridge"] : ["castle"];
    const verdict = classes.includes(first!.label) ? "right" : "wrong";
    await expect(truth).toHaveText(`In fact: ${classes.join(" and ")}. The network is ${verdict}.`);
  }
  await page.getByLabel("Language").selectOption("de");
  await expect(truth).toHaveText(/^Tatsächlich: Burg und Brücke\. /);
  await expect(page.locator("#picture-caption")).toContainText("Burg und Brücke · ");
  await expect(wide.preview).toHaveAccessibleName("Ein Schloss auf den Bögen einer Brücke über einem Fluss");
  await page.locator("#language").selectOption("en");
  await wide.choose("drawing.png");
  await expect(truth).toBeEmpty();
});

test("a picture in the clipboard is answered", async ({ wide, page, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await wide.open();
  await page.evaluate(
    async (bytes) => {
      const blob = new Blob([new Uint8Array(bytes)], { type: "image/png" });
      await navigator.clipboard.write([new ClipboardItem({ "image/png": blob })]);
    },
    [...drawing],
  );
  await page.keyboard.press("Control+V");
  await wide.expectAnswer("60 × 40");
});

test("a pasted address is fetched, unless it is pasted into the field", async ({ wide, page, context }) => {
  const other = await wide.site({ "/drawing.png": { headers: readable, body: drawing } });
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await wide.open();
  await page.evaluate((text) => navigator.clipboard.writeText(text), `${other.origin}/drawing.png`);
  await wide.url.focus();
  await page.keyboard.press("Control+V");
  await expect(wide.url).toHaveValue(`${other.origin}/drawing.png`);
  expect(other.asked).toEqual([]);
  await wide.url.blur();
  await page.keyboard.press("Control+V");
  await wide.expectAnswer("/drawing.png · 60 × 40");
});

test("pasted words stay in the field, and ask nobody", async ({ wide, page, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await wide.open();
  const asked = wide.requests.length;
  const fields = { "Find a class": "All classes", "Address of a picture": "Change it" };
  for (const [field, tool] of Object.entries(fields)) {
    await page.getByRole("tab", { name: tool }).click();
    await page.evaluate(() => navigator.clipboard.writeText("otter"));
    await page.getByLabel(field).focus();
    await page.keyboard.press("Control+V");
    await expect(page.getByLabel(field)).toHaveValue("otter");
  }
  await wide.url.press("Enter");
  await expect(wide.status).toContainText("Not an address");
  await page.evaluate(() => navigator.clipboard.writeText("correct horse.battery/staple"));
  await wide.url.blur();
  await page.keyboard.press("Control+V");
  await wide.choose("drawing.png");
  await wide.expectAnswer("drawing.png");
  expect(wide.requests.slice(asked).filter((url) => /^http/.test(url))).toEqual([]);
});

test("an address of the page's own origin is answered", async ({ wide }) => {
  wide.answers.set(/drawing\.png$/, { headers: png, body: drawing });
  await wide.open();
  await wide.lookAt("drawing.png");
  await wide.expectAnswer("/some/where/drawing.png · 60 × 40");
});

test("an address of a site that allows it is answered, and asked for once", async ({ wide }) => {
  const other = await wide.site({ "/drawing.png": { headers: readable, body: drawing } });
  await wide.open();
  await wide.lookAt(`${other.origin}/drawing.png`);
  await wide.expectAnswer("/drawing.png · 60 × 40");
  await expect(wide.preview).toBeVisible();
  expect(other.asked).toEqual(["/drawing.png"]);
});

test("an address of a site that refuses is explained, and its picture shown to be saved", async ({
  wide,
  page,
}) => {
  wide.expectedMessages.push(/blocked by CORS policy/, /Failed to load resource/);
  const other = await wide.site({ "/drawing.png": { headers: png, body: drawing } });
  await wide.open();
  await wide.lookAt(`${other.origin}/drawing.png`);
  await expect(wide.status).toContainText("That site says no");
  await expect(wide.problem).toContainText("Save the picture to your device, then drop it here");
  await expect(wide.problem).toContainText("cors:");
  await expect(wide.preview).toBeVisible();
  await expect(wide.list).toBeHidden();
  await staysUsable(wide);
  await expect(page.getByText("60 × 40")).toBeVisible();
});

test("an address that answers 404, nothing or no picture is explained", async ({ wide }) => {
  wide.expectedMessages.push(/Failed to load resource/, /blocked by CORS policy/);
  const other = await wide.site({
    "/missing.png": { status: 404, headers: readable },
    "/page.html": {
      headers: { ...readable, "Content-Type": "text/html" },
      body: "<!doctype html><title>hello</title>",
    },
  });
  await wide.open();
  await wide.lookAt(`${other.origin}/missing.png`);
  await expect(wide.status).toContainText("Nothing came back");
  await wide.lookAt(`${other.origin}/page.html`);
  await expect(wide.status).toContainText("Not a picture");
  await other.close();
  await wide.lookAt(`${other.origin}/gone.png`);
  await expect(wide.status).toContainText("Nothing came back");
  await staysUsable(wide);
});

test("a text that is no address is explained", async ({ wide }) => {
  await wide.open();
  for (const text of ["", "ftp://example.org/otter.jpg", "javascript:alert(1)", "https://"]) {
    await wide.choose("drawing.png");
    await wide.expectAnswer("drawing.png");
    await wide.lookAt(text);
    await expect(wide.status, `“${text}”`).toContainText("Not an address");
    await expect(wide.preview).toBeHidden();
    await expect(wide.page.locator("#picture-caption")).toBeEmpty();
  }
  await staysUsable(wide);
});

test("the latest picture wins over one that is still on its way", async ({ wide }) => {
  let release!: () => void;
  const after = new Promise<void>((resolve) => {
    release = resolve;
  });
  const other = await wide.site({
    "/slow.png": { headers: readable, body: picture("one-pixel.png"), after },
  });
  await wide.open();
  await wide.lookAt(`${other.origin}/slow.png`);
  await expect.poll(() => other.asked).toEqual(["/slow.png"]);
  await expect(wide.status).toContainText("Looking");
  await wide.choose("drawing.png");
  await wide.expectAnswer("drawing.png · 60 × 40");
  const answered = await wide.bars();
  release();
  await wide.page.waitForTimeout(300);
  await wide.expectAnswer("drawing.png · 60 × 40");
  expect(await wide.bars()).toEqual(answered);
});

test("what is answered before it can be shown is not taken for the picture before", async ({
  wide,
  page,
}) => {
  await wide.open();
  await page.getByRole("tab", { name: "Larger scene" }).click();
  await wide.choose("drawing.png");
  await wide.expectAnswer("drawing.png · 60 × 40");
  const [photo, square, map] = ["#scene-photo", "#crop", "#heatmap"].map((part) => page.locator(part));
  await expect(photo!).toBeVisible();
  const before = await wide.preview.getAttribute("src");

  await page.evaluate(() => {
    const decode = HTMLImageElement.prototype.decode;
    const shown = new Promise<void>((resolve) => Object.assign(window, { show: resolve }));
    HTMLImageElement.prototype.decode = function () {
      return shown.then(() => decode.call(this));
    };
  });
  await wide.choose("one-pixel.png");
  await wide.expectAnswer("one-pixel.png");
  await expect(page.locator("#picture-caption")).toHaveText("one-pixel.png");
  // The well has no blank meanwhile.
  await expect(wide.preview).toHaveAttribute("src", before!);
  await expect(square!).toBeVisible();
  await wide.buttons.first().hover();
  await expect(wide.buttons.first()).toBeVisible();
  await expect(map!).toBeHidden();
  await expect(photo!).toBeHidden();

  await page.evaluate(() => (window as unknown as { show(): void }).show());
  await wide.expectAnswer("one-pixel.png · 1 × 1");
  await expect(photo!).toBeVisible();
  await expect(wide.preview).not.toHaveAttribute("src", before!);
});

test("a picture chosen while the network loads is answered when it has loaded", async ({ wide, page }) => {
  let release!: () => void;
  const after = new Promise<void>((resolve) => {
    release = resolve;
  });
  wide.answers.set(/\.wasm$/, { after });
  await page.goto(wide.address);
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await expect(wide.samples.first()).toBeVisible();
  await expect(wide.status).toContainText("Loading the network");
  await expect(page.getByRole("progressbar", { name: "Loading the network" })).toBeVisible();
  await wide.choose("drawing.png");
  await expect(wide.preview).toBeVisible();
  release();
  await wide.expectAnswer("drawing.png · 60 × 40");
});

/** Drops what lies at paths of this machine, as a file manager does. */
async function dropPaths(page: Page, files: string[]): Promise<void> {
  const cdp = await page.context().newCDPSession(page);
  for (const type of ["dragEnter", "dragOver", "drop"] as const) {
    const data = { items: [], files, dragOperationsMask: 1 };
    await cdp.send("Input.dispatchDragEvent", { type, x: 200, y: 500, data });
  }
}

async function staysUsable(wide: WidePage): Promise<void> {
  await wide.choose("drawing.jpg");
  await wide.expectAnswer("drawing.jpg · 60 × 40");
}
