// Takes the pictures of the built page in docs/screens.
//
//   npm run screens
import { existsSync, mkdirSync, readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";

import { requireRelease } from "./build.mjs";
import * as requirements from "./requirements.mjs";
import { serve } from "./serve.mjs";
import { main, root, StepError, step } from "./steps.mjs";

const folder = join(root, "docs", "screens");
const page = join(root, "web", "dist-page");
const samples = join(root, "web", "page", "samples");
const SAMPLE = "castle-on-a-bridge";
const MOST_BYTES = 250_000;

const desktop = { width: 1280, height: 880, deviceScaleFactor: 1.5 };
const phone = { width: 390, height: 844, deviceScaleFactor: 2, isMobile: true, hasTouch: true };
const both = ["light", "dark"];

/** What is done in the page, which has answered the sample, before its picture is taken. */
const screens = [
  { name: "desktop", viewport: desktop, schemes: both, reach: pinMap },
  { name: "phone", viewport: phone, schemes: both, reach: pinMap },
  { name: "camera", reach: startCamera },
  { name: "changes", schemes: both, reach: (tab) => openTool(tab, "changes", ".change:last-child .bars") },
  { name: "compare", reach: (tab) => openTool(tab, "compare", "#compare-other .bars") },
  { name: "scene", schemes: both, reach: (tab) => openTool(tab, "scene", ".scene-item") },
  { name: "many", reach: chooseMany },
  { name: "classes", reach: (tab) => openTool(tab, "classes", ".class") },
];

await main(async () => {
  if (!existsSync(join(page, "index.html"))) throw new StepError("the page is not built", "npm run build");
  // They tell how long an answer took.
  requireRelease();
  await requirements.npmPackages();
  const executablePath = await requirements.chromium();
  const { default: puppeteer } = await import("puppeteer-core");
  const { server, url } = await serve(page, 0);
  const browser = await puppeteer.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
  try {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    for (const screen of screens) {
      for (const scheme of screen.schemes ?? ["light"]) {
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

async function take(browser, url, { name, viewport = desktop, reach }, scheme) {
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
  await reach(tab);
  await tab.waitForNetworkIdle();
  const path = join(folder, `${name}-${scheme}.webp`);
  await tab.screenshot({ path, type: "webp", quality: 85 });
  await context.close();
}

async function pinMap(tab) {
  await tab.locator("#chart button").click();
  await tab.waitForSelector("#heatmap:not([hidden])");
  await tab.mouse.move(0, 0);
}

/** Starts the camera, before which there is a sample picture. */
async function startCamera(tab) {
  await tab.evaluate(() => {
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [800, 600];
    const image = document.querySelector('.sample img[src*="cattle"]');
    navigator.mediaDevices.getUserMedia = async () => {
      setInterval(() => canvas.getContext("2d").drawImage(image, 0, 0), 20);
      return canvas.captureStream();
    };
  });
  await tab.locator("#camera-start").click();
  await tab.waitForFunction(() => document.querySelector("#timings").textContent.includes("frames"));
  await tab.mouse.move(0, 0);
}

async function openTool(tab, tool, part) {
  await tab.locator(`#tab-${tool}`).click();
  await tab.waitForSelector(part);
  await tab.$eval("#look-closer", (heading) => heading.scrollIntoView());
}

async function chooseMany(tab) {
  await openTool(tab, "many", "#many-files");
  const files = readdirSync(samples).filter((file) => file.endsWith(".jpg"));
  const input = await tab.$("#many-files");
  await input.uploadFile(...files.map((file) => join(samples, file)));
  await tab.waitForSelector("#many-run[data-done]");
  await tab.$eval("#look-closer", (heading) => {
    document.activeElement.blur();
    heading.scrollIntoView();
  });
}
