// Takes the pictures of the built page in docs/screens.
//
//   npm run screens
import { existsSync, mkdirSync, readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";

import puppeteer from "puppeteer-core";

import * as requirements from "./requirements.mjs";
import { serve } from "./serve.mjs";
import { main, root, StepError, step } from "./steps.mjs";

const folder = join(root, "docs", "screens");
const page = join(root, "web", "dist-page");
const SAMPLE = "castle-on-a-bridge";
const MOST_BYTES = 250_000;

const desktop = { width: 1280, height: 880, deviceScaleFactor: 1.5 };
const phone = { width: 390, height: 844, deviceScaleFactor: 2, isMobile: true, hasTouch: true };
const screens = [
  { name: "desktop", viewport: desktop },
  { name: "phone", viewport: phone },
];

await main(async () => {
  if (!existsSync(join(page, "index.html"))) throw new StepError("the page is not built", "npm run build");
  const executablePath = await requirements.chromium();
  const { server, url } = await serve(page, 0);
  const browser = await puppeteer.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
  try {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    for (const screen of screens) {
      for (const scheme of ["light", "dark"]) {
        await step(`${screen.name}, ${scheme}`, () => take(browser, url, screen, scheme));
      }
    }
  } finally {
    await browser.close();
    server.closeAllConnections();
    server.close();
  }
  const large = readdirSync(folder).find((file) => statSync(join(folder, file)).size > MOST_BYTES);
  if (large) throw new StepError(`docs/screens/${large} has more than ${MOST_BYTES} bytes`);
});

async function take(browser, url, { name, viewport, tool }, scheme) {
  const context = await browser.createBrowserContext();
  const tab = await context.newPage();
  await tab.setViewport(viewport);
  await tab.emulateMediaFeatures([
    { name: "prefers-color-scheme", value: scheme },
    { name: "prefers-reduced-motion", value: "reduce" },
  ]);
  await tab.goto(url);
  await tab.locator(`.sample img[src*="${SAMPLE}"]`).click();
  await tab.waitForSelector("#answer[aria-busy=false] #chart li");
  if (tool) {
    await tab.locator(`#tab-${tool}`).click();
    await tab.$eval("#look-closer", (heading) => heading.scrollIntoView());
  }
  await tab.waitForNetworkIdle();
  const path = join(folder, `${name}-${scheme}.webp`);
  await tab.screenshot({ path, type: "webp", quality: 85 });
  await context.close();
}
