import { createHash } from "node:crypto";
import type { Page } from "@playwright/test";

import { launchFirefox } from "./firefox.js";
import { expect, picture, repositoryFile, test, type WidePage } from "./fixtures.js";
import { servePage } from "./server.js";

test.use({ serviceWorker: true });
// Each browser first keeps all files of the page.
test.describe.configure({ timeout: 180_000 });

const built = (path: string): string => repositoryFile(`web/dist-page/${path}`).toString();
const hash = (content: string): string => `sha256-${createHash("sha256").update(content).digest("base64")}`;
const counter = ({ page }: WidePage) => page.getByRole("button", { name: /^\d+ requests?$/ });
const html = { "Content-Type": "text/html; charset=utf-8" };

/** Waits until the service worker answers from the files that it keeps. */
async function expectKept(page: Page): Promise<void> {
  await expect(page.locator("#requests-counted")).toContainText("works offline", { timeout: 60_000 });
}

test("after the first visit the page works without a connection", async ({ wide, page, context }) => {
  await wide.open();
  await expectKept(page);
  await wide.stopServing();
  await context.setOffline(true);
  await wide.open();
  await wide.choose("drawing.png");
  await wide.expectAnswer("drawing.png");
  // Turned by EXIF: for the package's own decoder, a file that the page has not asked for yet.
  await wide.choose("oriented.webp", repositoryFile("tests/fixtures/decode/oriented.webp"));
  await wide.expectAnswer("oriented.webp");
  for (const sample of await wide.samples.all()) {
    await sample.click();
    await expect(sample).toHaveAttribute("aria-pressed", "true");
    await wide.expectAnswer("·");
  }
  await page.goto(`${wide.address}index.html`);
  await expect(wide.status).toContainText("Show it a picture");
  await expect(counter(wide)).toHaveText("0 requests");
});

test("Firefox too works without a connection after the first visit", async () => {
  const server = await servePage(new Map());
  const browser = await launchFirefox();
  try {
    const page = await browser.newPage();
    const text = (selector: string) => page.$eval(selector, ({ textContent }) => textContent?.trim());
    await page.goto(server.page);
    await expect.poll(() => text("#requests-counted"), { timeout: 60_000 }).toContain("works offline");
    await server.close();
    await page.goto(server.page);
    await expect.poll(() => text("#answer-text")).toBe("Show it a picture");
    await page.locator(".sample").click();
    await expect.poll(() => text("#timings")).toContain("network");
    expect(await text("#requests-count")).toBe("0 requests");
  } finally {
    await browser.close();
    await server.close();
  }
});

/** Has the server answer as it would with a newer version, whose page and styles differ. */
function publish(wide: WidePage, { halfway = false } = {}): void {
  const page = built("index.html");
  const [, style] = page.match(/href="\.\/(assets\/[^"]+\.css)"/)!;
  const newStyle = "assets/next.css";
  const newPage = page.replace(style!, newStyle).replace("<html", '<html data-version="2"');
  const newCss = `${built(style!)}:root{--version:2}`;
  const worker = built("service-worker.js")
    .replace(`"":"${hash(page)}"`, `"":"${hash(newPage)}"`)
    .replace(`"${style}":"${hash(built(style!))}"`, `"${newStyle}":"${hash(newCss)}"`);
  expect(worker).toContain(newStyle);
  wide.answers.set(/service-worker\.js$/, { headers: { "Content-Type": "text/javascript" }, body: worker });
  if (halfway) return;
  wide.answers.set(/\/where\/$/, { headers: html, body: newPage });
  wide.answers.set(/next\.css$/, { headers: { "Content-Type": "text/css" }, body: newCss });
  wide.answers.set(new RegExp(style!), { status: 404 });
}

/** The version of the page and that of its styles, none in the build. */
const versions = (page: Page) =>
  page.evaluate(() => [
    document.documentElement.dataset.version ?? "1",
    getComputedStyle(document.documentElement).getPropertyValue("--version") || "1",
  ]);

const prompt = (page: Page) => page.getByRole("region", { name: "New version" });

test("a newer version waits until the visitor agrees, and then all tabs have it", async ({
  wide,
  page,
  context,
}) => {
  await wide.open();
  await expectKept(page);
  const other = await context.newPage();
  await other.goto(wide.address);
  await expectKept(other);
  publish(wide);

  // The first tab still shows the page of the first visit, which no worker answered.
  await other.reload();
  for (const tab of [page, other]) {
    await expect(prompt(tab)).toBeVisible();
    expect(await versions(tab)).toEqual(["1", "1"]);
  }
  await page.getByRole("button", { name: "Later" }).click();
  await expect(prompt(page)).toBeHidden();
  await expect(page.getByRole("button", { name: "Choose a picture" })).toBeFocused();

  await other.getByRole("button", { name: "Reload" }).click();
  for (const tab of [page, other]) {
    await expect.poll(() => versions(tab).catch(() => [])).toEqual(["2", "2"]);
    await expect(tab.getByRole("status")).toContainText("Show it a picture");
    await expect(prompt(tab)).toBeHidden();
  }
  const kept = await page.evaluate(async () => {
    const names = await caches.keys();
    const entries = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
    return { names, styles: entries.flat().flatMap(({ url }) => url.match(/[\w-]+\.css/) ?? []) };
  });
  expect(kept.names).toHaveLength(1);
  expect(kept.styles).toEqual(["next.css"]);

  await wide.stopServing();
  await wide.open();
  expect(await versions(page)).toEqual(["2", "2"]);
});

test("a version that has arrived on the server only in part is not taken", async ({
  wide,
  page,
  context,
}) => {
  await wide.open();
  await expectKept(page);
  const refused = context.waitForEvent("response", (response) => /next\.css$/.test(response.url()));
  publish(wide, { halfway: true });
  await wide.open();
  expect((await refused).status()).toBe(404);
  await wide.choose("drawing.png");
  await wide.expectAnswer("drawing.png");
  expect(await versions(page)).toEqual(["1", "1"]);
  await expect(prompt(page)).toBeHidden();

  publish(wide);
  await wide.open();
  await page.getByRole("button", { name: "Reload" }).click();
  await expect.poll(() => versions(page).catch(() => [])).toEqual(["2", "2"]);
});

test("what another app shares is looked at, one picture or many, also offline", async ({
  wide,
  page,
  context,
}) => {
  wide.answers.set(/other-app$/, {
    headers: { ...html, "Content-Security-Policy": "default-src 'none'" },
    body: `<!doctype html><title>another app</title>
      <form action="share" method="post" enctype="multipart/form-data"><input type="file" name="picture" multiple></form>`,
  });
  const share = async (...names: string[]) => {
    const files = names.map((name) => ({ name, mimeType: "image/png", buffer: picture("drawing.png") }));
    await page.setInputFiles("input", files);
    await page.evaluate(() => document.forms[0]!.submit());
    await page.waitForURL(wide.address);
  };
  await wide.open();
  await expectKept(page);
  await page.goto(`${wide.address}other-app`);
  await share("geteilt für dich.png");
  await wide.expectAnswer("geteilt für dich.png · 60 × 40");
  await page.reload();
  await expect(wide.status).toContainText("Show it a picture");

  await page.goto(`${wide.address}other-app`);
  await share("2.png", "10.png");
  await expect(page.getByRole("tab", { name: "Many pictures" })).toHaveAttribute("aria-selected", "true");
  await expect(page.locator("#many-rows").getByRole("rowheader")).toHaveText(["2.png", "10.png"]);
  await expect(page.locator("#many-figures")).toContainText("2 looked at");

  await page.goto(`${wide.address}other-app`);
  await wide.stopServing();
  await context.setOffline(true);
  await share("offline.png");
  await wide.expectAnswer("offline.png · 60 × 40");
});

test("the page can be installed and says what it takes", async ({ page, wide }) => {
  await wide.open();
  const session = await page.context().newCDPSession(page);
  const { errors, data } = await session.send("Page.getAppManifest");
  expect(errors).toEqual([]);
  const manifest = JSON.parse(data!);
  for (const { src, sizes } of manifest.icons) {
    const side = await page.evaluate(async (address) => {
      const image = new Image();
      image.src = address;
      await image.decode();
      return [image.naturalWidth, image.naturalHeight];
    }, src);
    if (sizes !== "any") expect(`${side[0]}x${side[1]}`).toBe(sizes);
  }
  const { installabilityErrors } = await session.send("Page.getInstallabilityErrors");
  // Tests have a private window each, in which nothing can be installed.
  expect(installabilityErrors.map(({ errorId }) => errorId)).toEqual(["in-incognito"]);
});

for (const serviceWorker of [true, false]) {
  test.describe(serviceWorker ? "counted by the service worker" : "counted by the browser", () => {
    test.use({ serviceWorker });

    test("what the page itself needs is none, on a first visit either", async ({ wide, page }) => {
      await wide.open();
      await wide.samples.first().click();
      await wide.expectAnswer("·");
      for (const tool of await page.getByRole("tab").all()) await tool.click();
      await page.getByRole("tab", { name: "Compare" }).click();
      await expect(page.locator("#compare-other").getByRole("listitem")).toHaveCount(5, { timeout: 60_000 });
      await expect(counter(wide)).toHaveText("0 requests");
      if (serviceWorker) return;
      await counter(wide).click();
      await expect(page.locator("#requests-own")).toHaveText(/^And \d+ files? of this page itself\.$/);
    });

    test("only addresses that the visitor gives are requests", async ({ wide, page }) => {
      wide.expectedMessages.push(/blocked by CORS policy/, /Failed to load resource/);
      const png = { "Content-Type": "image/png" };
      const other = await wide.site({
        "/open.png": {
          headers: { ...png, "Access-Control-Allow-Origin": "*" },
          body: picture("drawing.png"),
        },
        "/closed.png": { headers: png, body: picture("drawing.png") },
      });
      await wide.open();
      if (serviceWorker) await expectKept(page);
      await wide.choose("drawing.png");
      await wide.expectAnswer("drawing.png");
      await expect(counter(wide)).toHaveText("0 requests");

      await wide.lookAt(`${other.origin}/open.png`);
      await wide.expectAnswer("/open.png");
      await expect(counter(wide)).toHaveText("1 request");
      await wide.lookAt(`${other.origin}/closed.png`);
      await expect(wide.status).toContainText("That site says no");
      await expect(page.locator("#picture-caption")).toContainText("/closed.png · 60 × 40");
      await expect(counter(wide)).toHaveText(`${other.asked.length} requests`);

      await counter(wide).click();
      const list = page.locator("#requests li");
      await expect(list).toHaveText([
        `${other.origin}/open.png`,
        `${other.origin}/closed.png (${other.asked.length - 1} ×)`,
      ]);
      await page.keyboard.press("Escape");
      await expect(list.first()).toBeHidden();
      await expect(counter(wide)).toBeFocused();
    });
  });
}
