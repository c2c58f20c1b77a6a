// The page as one file, opened from the disk.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

import { createClassifier } from "../../web/dist/index.js";
import { launchFirefox } from "./firefox.js";
import { test as base, expect, repositoryFile } from "./fixtures.js";

base.describe.configure({ timeout: 180_000 });

const test = base.extend<{ address: string }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names from the pattern.
  address: async ({}, use) => {
    const folder = await mkdtemp(join(tmpdir(), "eine schöne Datei – 目 "));
    const file = join(folder, "wideye.html");
    await writeFile(file, repositoryFile("web/dist-single/wideye.html"));
    await use(pathToFileURL(file).href);
    await rm(folder, { recursive: true });
  },
});

/** The text of the answer and the widths of its bars, as the page shows them; runs in the page. */
const shown = () => ({
  caption: document.querySelector("#picture-caption")!.textContent,
  answer: document.querySelector("#answer-text")!.textContent,
  busy: document.querySelector("#answer")!.getAttribute("aria-busy"),
  probabilities: [...document.querySelectorAll(".wideye-chart-row rect")].map((bar) =>
    Number(bar.getAttribute("data-probability")),
  ),
  requests: document.querySelector("#requests-count")!.textContent,
  takesAway: !document.querySelector<HTMLElement>("#take-away")!.hidden,
});

interface Driven {
  evaluate<T>(run: () => T): Promise<T>;
  choose(file: string): Promise<void>;
  click(selector: string): Promise<void>;
}

async function expectAnswers({ evaluate, choose, click }: Driven): Promise<void> {
  // The same package in Node: what the file says must be this.
  const reference = await createClassifier();
  const expectAnswer = async (caption: string, file: string): Promise<void> => {
    await expect.poll(async () => (await evaluate(shown)).caption).toContain(caption);
    await expect.poll(async () => (await evaluate(shown)).busy).toBe("false");
    const { answer, probabilities } = await evaluate(shown);
    const { predictions } = await reference.classify(new Uint8Array(repositoryFile(file)), { topK: 5 });
    expect(answer).toContain(predictions[0]!.label.replaceAll("_", " "));
    // Browsers decode JPEG files each in their way.
    for (const [rank, { probability }] of predictions.entries()) {
      expect(Math.abs(probabilities[rank]! - probability)).toBeLessThan(0.005);
    }
  };
  try {
    await expect.poll(async () => (await evaluate(shown)).answer).toBe("Show it a picture");
    await choose(fileURLToPath(new URL("../fixtures/pictures/drawing.png", import.meta.url)));
    await expectAnswer("drawing.png · 60 × 40", "tests/fixtures/pictures/drawing.png");
    await click(".sample");
    await expectAnswer("Kangaroo · ", "web/page/samples/kangaroo.jpg");
    expect(await evaluate(shown)).toMatchObject({ requests: "0 requests", takesAway: false });
  } finally {
    reference.close();
  }
}

test("opens from the disk in Chromium", async ({ page, context, address }) => {
  const asked: string[] = [];
  const messages: string[] = [];
  context.on("request", (request) => asked.push(request.url()));
  page.on("pageerror", (error) => messages.push(error.message));
  page.on("console", (message) => messages.push(message.text()));
  await page.goto(address);
  await expectAnswers({
    evaluate: (run) => page.evaluate(run),
    choose: (file) => page.setInputFiles("#file", file),
    click: (selector) => page.locator(selector).first().click(),
  });
  expect(asked.filter((url) => !/^(data|blob):/.test(url))).toEqual([page.url()]);
  expect(messages).toEqual([]);
});

test("opens from the disk in Firefox", async ({ address }) => {
  const browser = await launchFirefox();
  try {
    const page = await browser.newPage();
    const messages: string[] = [];
    page.on("pageerror", (error) => messages.push((error as Error).message));
    page.on("console", (message) => messages.push(message.text()));
    await page.goto(address);
    await expectAnswers({
      evaluate: (run) => page.evaluate(run),
      choose: async (file) => (await page.$("input#file"))!.uploadFile(file),
      click: (selector) => page.locator(selector).click(),
    });
    expect(messages).toEqual([]);
  } finally {
    await browser.close();
  }
});
