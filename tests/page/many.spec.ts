import { readFileSync } from "node:fs";
import type { CDPSession, Locator, Page } from "@playwright/test";
import { csvParse } from "d3-dsv";

import { createClassifier } from "../../web/dist/index.js";
import { expect, picture, repositoryFile, test, type WidePage } from "./fixtures.js";
import { writePictures } from "./folder.js";

const { version } = JSON.parse(repositoryFile("web/package.json").toString());

/** The tool "Many pictures". */
class ManyPictures {
  readonly folder: Locator;
  readonly files: Locator;
  readonly figures: Locator;
  readonly rows: Locator;
  readonly pause: Locator;
  readonly stop: Locator;

  constructor(readonly page: Page) {
    const panel = page.getByRole("tabpanel", { name: "Many pictures" });
    this.folder = panel.getByLabel("Choose a folder").and(page.locator("input"));
    this.files = panel.getByLabel("Choose pictures").and(page.locator("input"));
    this.figures = page.locator("#many-figures");
    this.rows = page.locator("#many-rows tr");
    this.pause = panel.getByRole("button", { name: "Pause" });
    this.stop = panel.getByRole("button", { name: "Stop" });
  }

  static async open(wide: WidePage): Promise<ManyPictures> {
    await wide.open();
    await wide.page.getByRole("tab", { name: "Many pictures" }).click();
    return new ManyPictures(wide.page);
  }

  head(name: string): Locator {
    return this.page.getByRole("columnheader", { name });
  }

  names(): Promise<string[]> {
    return this.rows.getByRole("rowheader").allTextContents();
  }

  async answered(): Promise<number> {
    const [count] = /^\S+/.exec((await this.figures.textContent())!)!;
    return Number(count.replace(",", ""));
  }

  /** Clicks a button that saves a file, and returns its text. */
  async saved(name: string): Promise<string> {
    const download = this.page.waitForEvent("download");
    await this.page.getByRole("button", { name }).click();
    return readFileSync(await (await download).path(), "utf8");
  }

  async savedCsv(): Promise<string> {
    const text = await this.saved("Save CSV");
    expect(text[0]).toBe("\ufeff");
    return text.slice(1);
  }
}

const files = (...names: string[]) =>
  names.map((name) => ({ name, mimeType: "application/octet-stream", buffer: picture(name) }));

test("chosen pictures become a table that is sorted, filtered and saved", async ({ wide, page }) => {
  const many = await ManyPictures.open(wide);
  await many.files.setInputFiles([
    ...files("transparent.png", "text.png", "drawing.jpg", "one-pixel.png"),
    { name: "notes.txt", mimeType: "text/plain", buffer: Buffer.from("no picture") },
  ]);
  await expect(many.figures).toHaveText(/^4 looked at · [\d.]+ a second · other files: 1$/);
  await expect(wide.status).toContainText("4 looked at");
  expect(await many.names()).toEqual(["drawing.jpg", "one-pixel.png", "text.png", "transparent.png"]);
  await expect(many.rows.nth(2)).toContainText("Not a picture");
  await expect(many.head("Picture")).toHaveAttribute("aria-sort", "ascending");

  const classifier = await createClassifier();
  const { predictions, known } = await classifier.classify(new Uint8Array(picture("transparent.png")));
  classifier.close();
  const cells = await many.rows.nth(3).getByRole("cell").allTextContents();
  expect(cells).toEqual([
    predictions[0]!.label.replaceAll("_", " "),
    `${Math.round(100 * predictions[0]!.probability)}%`,
    predictions[1]!.label.replaceAll("_", " "),
    known ? "yes" : "no",
  ]);

  await many.head("Sure").getByRole("button").click();
  await expect(many.head("Sure")).toHaveAttribute("aria-sort", "ascending");
  await expect(many.head("Picture")).not.toHaveAttribute("aria-sort");
  const ascending = await many.names();
  await many.head("Sure").getByRole("button").click();
  await expect(many.head("Sure")).toHaveAttribute("aria-sort", "descending");
  expect((await many.names()).slice(0, 3)).toEqual(ascending.slice(0, 3).reverse());
  expect((await many.names())[3]).toBe("text.png");

  const { pictures, ...head } = JSON.parse(await many.saved("Save JSON"));
  const { name, sha256 } = classifier.modelInfo;
  expect(head).toEqual({ wideye: version, model: { name, sha256 }, fit: "cover" });
  expect(pictures.map(({ file }: { file: string }) => file)).toEqual([
    "drawing.jpg",
    "one-pixel.png",
    "text.png",
    "transparent.png",
  ]);
  expect(pictures[2]).toEqual({
    file: "text.png",
    error: { code: "not-an-image", message: expect.any(String) },
  });
  expect(pictures[3].predictions).toHaveLength(5);
  const lines = csvParse(await many.savedCsv());
  expect(lines).toHaveLength(4);
  expect(lines[2]).toMatchObject({ file: "text.png", error: "not-an-image", class_1: "" });
  for (const [rank, { label, probability }] of predictions.entries()) {
    expect(lines[3]![`class_${rank + 1}`]).toBe(label);
    // Relaxed SIMD, which Node lacks, rounds a product and its sum once.
    expect(Number(lines[3]![`probability_${rank + 1}`])).toBeCloseTo(probability, 5);
  }
  expect(lines[3]).toMatchObject({ model: name, model_sha256: sha256, fit: "cover", wideye: version });

  await page.getByRole("searchbox", { name: "Filter" }).fill("DRAW");
  await expect(many.rows).toHaveCount(1);
  await expect(wide.status).toContainText("Pictures that match: 1 of 4");
  await page.getByRole("searchbox", { name: "Filter" }).fill("nothing like this");
  await expect(page.locator("#many-empty")).toBeVisible();
  await expect(wide.status).toContainText("No picture matches.");

  await page.getByRole("button", { name: "Clear" }).click();
  await expect(page.getByRole("table")).toBeHidden();
  await expect(many.files).toBeFocused();
});

test("a row shows its picture in the panels above", async ({ wide, page }) => {
  const many = await ManyPictures.open(wide);
  await many.files.setInputFiles(files("drawing.jpg", "one-pixel.png"));
  await expect(many.rows).toHaveCount(2);
  await page.getByRole("button", { name: "drawing.jpg" }).click();
  await wide.expectAnswer("drawing.jpg · 60 × 40");
  await expect(wide.thumbnail).toBeInViewport();
  const [first] = await wide.bars();
  await expect(many.rows.nth(0)).toContainText(first!.label);
  await expect(page.getByRole("button", { name: "drawing.jpg" })).toHaveAttribute("aria-current", "true");
});

test("the table speaks the page's language", async ({ wide, page }) => {
  const many = await ManyPictures.open(wide);
  await many.files.setInputFiles(files("text.png", "drawing.jpg"));
  await expect(many.rows).toHaveCount(2);
  await page.getByLabel("Language").selectOption("de");
  await expect(page.getByRole("columnheader", { name: "Zweite Klasse" })).toBeVisible();
  await expect(many.rows.nth(1)).toContainText("Kein Bild");
  await expect(many.figures).toContainText("2 angesehen");
});

test("a folder is paused, rests behind another tool, goes on and is stopped", async ({ wide, page }) => {
  const folder = writePictures(test.info().outputPath("folder"), 2000);
  const many = await ManyPictures.open(wide);
  await many.folder.setInputFiles(folder);
  await expect(many.figures).toHaveText(
    /^\d+ of 2,000 looked at · [\d.]+ a second · about \d+ (sec|min) left$/,
  );
  await many.pause.click();
  const goOn = page.getByRole("button", { name: "Go on" });
  await expect(goOn).toBeFocused();
  await expectRest(many);
  await goOn.click();
  await expectProgress(many);
  await page.getByRole("tab", { name: "All classes" }).click();
  await expectRest(many);
  await page.getByRole("tab", { name: "Many pictures" }).click();
  await expectProgress(many);
  await many.stop.click();
  await expectRest(many);
  await expect(many.pause).toBeHidden();
  await expect(many.figures).toHaveText(/^\S+ of 2,000 looked at/);
  expect(csvParse(await many.savedCsv())).toHaveLength(await many.answered());
});

test("500 pictures fill ten pages, and leave nothing behind when they are cleared", async ({
  wide,
  page,
}) => {
  test.setTimeout(240_000);
  const few = writePictures(test.info().outputPath("few"), 20);
  const folder = writePictures(test.info().outputPath("folder"), 500);
  await page.addInitScript(countObjectUrls);
  const many = await ManyPictures.open(wide);
  const session = await page.context().newCDPSession(page);
  const clear = page.getByRole("button", { name: "Clear" });
  await many.folder.setInputFiles(few);
  await expect(many.figures).toHaveText(/^20 looked at/);
  await clear.click();
  const empty = await memory(session);

  await many.folder.setInputFiles(folder);
  await expect(many.figures).toHaveText(/^500 looked at/, { timeout: 180_000 });
  const full = await memory(session);
  await expect(many.rows).toHaveCount(50);
  expect((await many.names()).slice(0, 3)).toEqual(["picture-0.png", "picture-1.png", "picture-2.png"]);
  const next = page.getByRole("button", { name: "Next" });
  for (let left = 9; left > 0; left -= 1) await next.click();
  await expect(page.getByText("451 to 500 of 500")).toBeVisible();
  expect((await many.names()).at(-1)).toBe("picture-499.png");
  await expect(next).toBeDisabled();
  await expect(page.getByRole("button", { name: "Back" })).toBeFocused();

  const lines = csvParse(await many.savedCsv());
  expect(lines.map(({ file }) => file)).toEqual(
    Array.from({ length: 500 }, (_, at) => `folder/picture-${at}.png`),
  );
  await clear.click();
  const cleared = await memory(session);

  // A picture leaves its 32 by 32 RGBA pixels and its answer, a page of the table at most 50 rows.
  expect((full.pixels - empty.pixels) / 500).toBeLessThan(32 * 32 * 4 + 64);
  expect((full.heap - empty.heap) / 500).toBeLessThan(2048);
  expect(full.nodes - empty.nodes).toBeLessThan(50 * 30);
  expect(full.objectUrls).toBe(0);
  expect((cleared.pixels - empty.pixels) / 500).toBeLessThan(64);
  expect(cleared.nodes - empty.nodes).toBeLessThan(50);
});

async function expectRest(many: ManyPictures): Promise<void> {
  const answered = await many.answered();
  await many.page.waitForTimeout(500);
  expect(await many.answered()).toBe(answered);
}

async function expectProgress(many: ManyPictures): Promise<void> {
  const answered = await many.answered();
  await expect.poll(() => many.answered()).toBeGreaterThan(answered);
}

/** Counts the object URLs that are not revoked, in `window.objectUrls`. */
function countObjectUrls(): void {
  const open = new Set<string>();
  Object.assign(window, { objectUrls: open });
  const { createObjectURL, revokeObjectURL } = URL;
  URL.createObjectURL = (source) => {
    const url = createObjectURL.call(URL, source);
    open.add(url);
    return url;
  };
  URL.revokeObjectURL = (url) => {
    open.delete(url);
    revokeObjectURL.call(URL, url);
  };
}

/** What the page holds after a garbage collection: bytes of objects and of buffers, and counts. */
async function memory(session: CDPSession) {
  await session.send("Performance.enable");
  await session.send("HeapProfiler.collectGarbage");
  const { metrics } = await session.send("Performance.getMetrics");
  const metric = (name: string) => metrics.find((one) => one.name === name)!.value;
  const usage = await session.send("Runtime.getHeapUsage");
  const { result } = await session.send("Runtime.evaluate", { expression: "objectUrls.size" });
  return {
    heap: metric("JSHeapUsedSize"),
    nodes: metric("Nodes"),
    pixels: usage.backingStorageSize,
    objectUrls: result.value as number,
  };
}
