import { readdirSync } from "node:fs";

import {
  type Classification,
  type Classifier,
  type ClassifyOptions,
  createClassifier,
} from "../../web/dist/index.js";
import { expect, picture, repositoryFile, test } from "./fixtures.js";

// The same package in Node, on its own decoder, wasm and model: what the page shows must be this.
let reference: Classifier;
test.beforeAll(async () => {
  reference = await createClassifier();
});
test.afterAll(() => reference.close());

const classify = (bytes: Buffer, options: ClassifyOptions = {}): Promise<Classification> =>
  reference.classify(new Uint8Array(bytes), { topK: 5, thumbnail: true, ...options });

const samples: { file: string; title: string; alt: string; author: string }[] = JSON.parse(
  repositoryFile("web/page/samples/index.json").toString(),
);
const sampleBytes = (file: string) => repositoryFile(`web/page/samples/${file}`);

test("five bars are as wide as the probabilities of the five likeliest classes", async ({ wide }) => {
  await wide.open();
  // The page leaves decoding to the browser, whose JPEG decoder rounds otherwise than Node's.
  for (const [name, tolerance] of [
    ["drawing.png", 1e-5],
    ["rotated.jpg", 0.005],
    ["transparent.png", 1e-5],
  ] as const) {
    await wide.choose(name);
    await wide.expectAnswer(name);
    const bars = await wide.bars();
    const { predictions } = await classify(picture(name), { topK: null });
    const expected = new Map(
      predictions.map(({ label, probability }) => [label.replaceAll("_", " "), probability]),
    );
    expect(new Set(bars.map(({ label }) => label)).size).toBe(5);
    for (const [rank, { label, share, probability, text }] of bars.entries()) {
      // Classes that are as good as equally likely may come in another order.
      expect(Math.abs(probability - expected.get(label)!)).toBeLessThan(tolerance);
      expect(Math.abs(probability - predictions[rank]!.probability)).toBeLessThan(tolerance);
      expect(probability).toBeLessThanOrEqual(bars[rank - 1]?.probability ?? 1);
      expect(Math.abs(share - probability)).toBeLessThan(1e-3);
      expect(text).toBe(probability < 0.0005 ? "<0.1%" : `${(100 * probability).toFixed(1)}%`);
    }
    const total = bars.reduce((sum, { probability }) => sum + probability, 0);
    expect(total).toBeLessThanOrEqual(1 + 1e-6);
    await expect(wide.status).toContainText(bars[0]!.label);
  }
});

test("the thumbnail holds the very pixels that the network sees, enlarged without smoothing", async ({
  wide,
}) => {
  await wide.open();
  await wide.choose("drawing.png");
  await wide.expectAnswer("drawing.png");
  const { thumbnail } = await classify(picture("drawing.png"));
  expect(await wide.thumbnailPixels()).toEqual([...thumbnail!.data]);
  await expect(wide.thumbnail).toHaveCSS("image-rendering", "pixelated");
  const { width } = (await wide.thumbnail.boundingBox())!;
  expect(width).toBeGreaterThan(300);
  await expect(wide.thumbnail).toBeInViewport({ ratio: 1 });
});

test("the fit decides what the network sees", async ({ wide, page }) => {
  await wide.open();
  await wide.choose("drawing.png");
  await wide.expectAnswer("drawing.png");
  await expect(page.locator("#crop")).toBeVisible();
  for (const [name, fit] of [
    ["Pad", "contain"],
    ["Stretch", "fill"],
    ["Crop", "cover"],
  ] as const) {
    await page.getByRole("radio", { name }).check();
    const { thumbnail, predictions } = await classify(picture("drawing.png"), { fit });
    await expect.poll(() => wide.thumbnailPixels()).toEqual([...thumbnail!.data]);
    const [first] = await wide.bars();
    // Relaxed SIMD, which Node lacks, rounds a product and its sum once.
    expect(first!.probability).toBeCloseTo(predictions[0]!.probability, 5);
    await expect(page.locator("#crop")).toBeVisible({ visible: fit === "cover" });
  }
});

test("every sample picture is answered and credited", async ({ wide, page }) => {
  await wide.open();
  await expect(wide.samples).toHaveCount(samples.length);
  for (const { file, title, alt, author } of samples) {
    const button = page.getByRole("button", { name: alt });
    await button.click();
    await wide.expectAnswer(`${title} · `);
    await expect(button).toHaveAttribute("aria-pressed", "true");
    await expect(page.locator(".sample[aria-pressed=true]")).toHaveCount(1);
    await expect(wide.preview).toHaveAttribute("alt", alt);
    const { predictions } = await classify(sampleBytes(file));
    const [first] = await wide.bars();
    expect(first!.label).toBe(predictions[0]!.label.replaceAll("_", " "));
    await page.getByText("Where the sample pictures come from").press("Enter");
    await expect(page.locator("#credits")).toContainText(author);
    await page.getByText("Where the sample pictures come from").press("Enter");
  }
});

test("the footer names the network", async ({ wide, page }) => {
  await wide.open();
  const { name, labels } = reference.modelInfo;
  await expect(page.locator("#network")).toContainText(`“${name}”: ${labels.length} classes`);
});

test("model, wasm and samples come from the page's own files, each once", async ({ wide }) => {
  await wide.open();
  await wide.samples.first().click();
  await wide.expectAnswer(samples[0]!.title);
  const fetched = wide.requests.filter((url) => url.startsWith("http"));
  for (const pattern of [/\.wasm$/, /\.onnx$/, /worker[^/]*\.js$/]) {
    expect(fetched.filter((url) => pattern.test(url))).toHaveLength(1);
  }
  const built = readdirSync(new URL("../../web/dist-page/assets/", import.meta.url));
  for (const extension of [".wasm", ".onnx", ".jpg"]) {
    expect(
      built.some((file) => file.endsWith(extension)),
      extension,
    ).toBe(true);
  }
});

test.describe("motion", () => {
  /** Counts the widths that each bar takes from now on; called again, tells the most that one took. */
  const widths = (list: Element & { seen?: Map<Node, Set<string | null>> }): number => {
    if (list.seen) return Math.max(0, ...[...list.seen.values()].map((values) => values.size));
    const seen = new Map<Node, Set<string | null>>();
    list.seen = seen;
    new MutationObserver((records) => {
      for (const { target } of records) {
        const values = seen.get(target) ?? new Set();
        seen.set(target, values.add((target as Element).getAttribute("width")));
      }
    }).observe(list, { subtree: true, attributeFilter: ["width"] });
    return 0;
  };

  for (const [reducedMotion, least, most] of [
    ["no-preference", 3, Infinity],
    ["reduce", 0, 1],
  ] as const) {
    test(`bars ${reducedMotion === "reduce" ? "jump" : "glide"} where motion is ${reducedMotion}`, async ({
      wide,
      page,
    }) => {
      await page.emulateMedia({ reducedMotion });
      await wide.open();
      await wide.choose("one-pixel.png");
      await wide.expectAnswer("one-pixel.png");
      await wide.list.evaluate(widths);
      await wide.choose("drawing.png");
      await wide.expectAnswer("drawing.png");
      await page.waitForTimeout(1000);
      const steps = await wide.list.evaluate(widths);
      expect(steps).toBeGreaterThanOrEqual(least);
      expect(steps).toBeLessThanOrEqual(most);
    });
  }
});
