import { test as base, expect, type Locator, type Page } from "@playwright/test";

import { picture, repositoryFile } from "../browser/files.js";
import { type Answer, serveSite, type TestServer } from "../browser/server.js";
import { servePage } from "./server.js";

export { expect, picture, repositoryFile };

/** The page under test, by what a visitor sees of it. */
export class WidePage {
  readonly status: Locator;
  readonly file: Locator;
  readonly url: Locator;
  readonly list: Locator;
  readonly rows: Locator;
  readonly buttons: Locator;
  readonly samples: Locator;
  readonly preview: Locator;
  readonly thumbnail: Locator;
  readonly problem: Locator;

  /** Addresses asked for by the page and its workers. */
  readonly requests: string[] = [];
  /** Messages of the console that the test provokes. */
  readonly expectedMessages: RegExp[] = [];
  readonly sites: TestServer[] = [];

  /** `answers` stand for the files of the page's server; the first pattern that fits a path counts. */
  constructor(
    readonly page: Page,
    readonly address: string,
    readonly answers: Map<RegExp, Answer>,
    /** Closes the page's server. */
    readonly stopServing: () => Promise<void>,
  ) {
    this.status = page.getByRole("status");
    this.file = page.getByLabel("Choose a picture", { exact: true }).and(page.locator("input"));
    this.url = page.getByLabel("Address of a picture");
    this.list = page.getByRole("list", { name: "Five likeliest classes" });
    this.rows = this.list.getByRole("listitem");
    this.buttons = this.rows.getByRole("button");
    this.samples = page.getByRole("list", { name: "Sample pictures" }).getByRole("button");
    this.preview = page.locator("#picture");
    this.thumbnail = page.getByRole("img", { name: "The pixels that the network sees" });
    this.problem = page.locator("#problem");
  }

  /** Starts another site, which the page may ask. */
  async site(answers: Record<string, Answer>): Promise<TestServer> {
    const site = await serveSite(answers);
    this.sites.push(site);
    return site;
  }

  async open(): Promise<void> {
    await this.page.goto(this.address);
    await expect(this.status).toContainText("Show it a picture");
  }

  async choose(name: string, bytes: Buffer = picture(name)): Promise<void> {
    await this.file.setInputFiles({ name, mimeType: "application/octet-stream", buffer: bytes });
  }

  async lookAt(address: string): Promise<void> {
    await this.url.fill(address);
    await this.url.press("Enter");
  }

  /** Waits until a picture of this name is answered with five bars at rest. */
  async expectAnswer(name: string): Promise<void> {
    await expect(this.page.locator("#picture-caption")).toContainText(name);
    await expect(this.page.locator("#answer")).toHaveAttribute("aria-busy", "false");
    await expect(this.problem).toBeHidden();
    await expect(this.rows).toHaveCount(5);
    await expect
      .poll(async () =>
        (await this.bars()).every(({ share, probability }) => Math.abs(share - probability) < 0.002),
      )
      .toBe(true);
  }

  /** The bars as they are drawn: `share` is a bar's part of its track's width. */
  bars(): Promise<{ label: string; text: string; probability: number; share: number }[]> {
    return this.rows.evaluateAll((rows) =>
      rows.map((row) => {
        const bar = row.querySelector("rect")!;
        const track = row.querySelector("svg")!;
        return {
          label: row.querySelector(".wideye-chart-label")!.textContent,
          text: row.querySelector(".wideye-chart-value")!.textContent,
          probability: Number(bar.getAttribute("data-probability")),
          share: bar.getBoundingClientRect().width / track.getBoundingClientRect().width,
        };
      }),
    );
  }

  /** The RGBA pixels of the thumbnail, row by row. */
  thumbnailPixels(): Promise<number[]> {
    return this.thumbnail.evaluate((canvas: HTMLCanvasElement) => [
      ...canvas.getContext("2d")!.getImageData(0, 0, canvas.width, canvas.height).data,
    ]);
  }
}

interface Fixtures {
  /** Whether the browser has service workers; without them, a test sees each request and no second version. */
  serviceWorker: boolean;
  wide: WidePage;
}

export const test = base.extend<Fixtures>({
  serviceWorker: [false, { option: true }],
  wide: async ({ page, context, serviceWorker }, use) => {
    const answers = new Map<RegExp, Answer>();
    const server = await servePage(answers);
    const wide = new WidePage(page, server.page, answers, server.close);
    if (!serviceWorker) {
      await context.addInitScript(() => Reflect.deleteProperty(Navigator.prototype, "serviceWorker"));
    }
    const messages: string[] = [];
    context.on("request", (request) => wide.requests.push(request.url()));
    page.on("pageerror", (error) => messages.push(`uncaught: ${error.message}`));
    page.on("console", (message) => {
      if (["error", "warning"].includes(message.type())) messages.push(message.text());
    });

    await use(wide);

    await page.close();
    await Promise.all([server, ...wide.sites].map(({ close }) => close()));
    const unexpected = messages.filter(
      (text) => !wide.expectedMessages.some((pattern) => pattern.test(text)),
    );
    expect(unexpected, "console errors and warnings").toEqual([]);
    const allowed = [server, ...wide.sites].map(({ origin }) => origin);
    const elsewhere = wide.requests.filter(
      (url) => /^(https?|wss?|ftp):/.test(url) && !allowed.includes(new URL(url).origin),
    );
    expect(elsewhere, "requests to other origins").toEqual([]);
  },
});
