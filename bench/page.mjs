// Measures the built page in Chromium and writes bench/results/page-chromium.json.
import { mkdirSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";

import lighthouse, { desktopConfig } from "lighthouse";
import puppeteer from "puppeteer-core";

import { serve } from "../scripts/serve.mjs";
import { answer, root, StepError, step } from "../scripts/steps.mjs";
import { CHROMIUM_ARGUMENTS } from "./browser.mjs";
import { median } from "./statistics.mjs";

const DEVICES = { mobile: undefined, desktop: desktopConfig };
const DROPS_BEFORE = 3;
const DROPS = 15;
const CAMERA = ["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream=fps=60"];
const CAMERA_MS = 3000;

/** Measures everything `rounds` times and writes `page-chromium.json` into `out`. */
export async function runPageBench({ executable, rounds, out }) {
  const { server, url } = await serve(join(root, "web", "dist-page"), 0, { cacheControl: "max-age=3600" });
  const browser = await puppeteer.launch({
    executablePath: executable,
    args: [...CHROMIUM_ARGUMENTS, ...CAMERA],
  });
  try {
    const report = {
      schema: 1,
      commit: answer("git", ["describe", "--always", "--dirty", "--abbrev=40", "--exclude=*"]),
      date: new Date().toISOString(),
      machine: { cpu: cpus()[0].model, cores: cpus().length },
      browser: { name: "chromium", version: (await browser.version()).split("/").at(-1) },
      lighthouse: await step("Lighthouse", () => measureLighthouse(browser, url, rounds)),
      ...(await step("first result", () => measureFirstResult(browser, url, rounds))),
      drop: await step("dropped pictures", () => measureDrop(browser, url)),
      camera: await step("camera", () => measureCamera(browser, url, rounds)),
    };
    mkdirSync(out, { recursive: true });
    const file = join(out, "page-chromium.json");
    writeFileSync(file, `${JSON.stringify(report, null, 1)}\n`);
    console.log(`    written to ${file}`);
  } finally {
    await browser.close();
    server.closeAllConnections();
    server.close();
  }
}

const medianMs = (samples) => ({ ms: median(samples), samples });

/** The score for performance, 0 to 100, as a phone (slowed down) and as a desktop. */
async function measureLighthouse(browser, url, rounds) {
  const rows = [];
  for (const [device, config] of Object.entries(DEVICES)) {
    const samples = [];
    for (let round = 0; round < rounds; round += 1) {
      const page = await browser.newPage();
      const flags = { onlyCategories: ["performance"], logLevel: "error" };
      const { lhr } = await lighthouse(url, flags, config, page);
      const { score } = lhr.categories.performance;
      if (score === null) throw new StepError(`Lighthouse has no score as ${device}`, "try again");
      samples.push(Math.round(100 * score));
      await page.close();
    }
    rows.push({ device, score: median(samples), samples });
  }
  return rows;
}

/** From navigation to the bars of a sample that is clicked as soon as it is there: on a first visit, and on the next. */
async function measureFirstResult(browser, url, rounds) {
  const [first, next] = [[], []];
  for (let round = 0; round < rounds; round += 1) {
    const context = await browser.createBrowserContext();
    for (const samples of [first, next]) {
      const page = await context.newPage();
      await page.evaluateOnNewDocument(clickFirstSample);
      await page.goto(url);
      await page.waitForFunction(() => globalThis.answeredAt !== undefined);
      samples.push(await page.evaluate(() => globalThis.answeredAt));
      // On a first visit the service worker fetches everything that the next one has.
      await page.evaluate(() => navigator.serviceWorker.ready.then(() => {}));
      await page.waitForNetworkIdle();
      await page.close();
    }
    await context.close();
  }
  return { firstVisit: medianMs(first), nextVisit: medianMs(next) };
}

function clickFirstSample() {
  let clicked = false;
  const look = () => {
    const sample = document.querySelector(".sample");
    if (sample && !clicked) {
      clicked = true;
      sample.click();
    }
    if (!document.querySelector("#answer[aria-busy=false] #chart li")) requestAnimationFrame(look);
    else globalThis.answeredAt = performance.now();
  };
  requestAnimationFrame(look);
}

/** From the drop of a photograph of 800 by 600 pixels to the frame that shows its answer, once everything is loaded. */
async function measureDrop(browser, url) {
  const page = await browser.newPage();
  await page.goto(url);
  await page.waitForFunction(() => document.querySelector("#network").textContent);
  const samples = [];
  for (let drop = -DROPS_BEFORE; drop < DROPS; drop += 1) {
    const ms = await page.evaluate(dropSample, drop & 1);
    if (drop >= 0) samples.push(ms);
  }
  await page.close();
  return medianMs(samples);
}

async function dropSample(position) {
  const image = document.querySelectorAll(".sample img")[position];
  const dataTransfer = new DataTransfer();
  dataTransfer.items.add(
    new File([await (await fetch(image.src)).blob()], "photo.jpg", { type: "image/jpeg" }),
  );
  const answered = new Promise((resolve) => {
    const panel = document.querySelector("#answer");
    new MutationObserver((records, observer) => {
      if (panel.ariaBusy !== "false" || records.every(({ oldValue }) => oldValue !== "true")) return;
      observer.disconnect();
      resolve();
    }).observe(panel, { attributeFilter: ["aria-busy"], attributeOldValue: true });
  });
  const since = performance.now();
  document.querySelector("main").dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true }));
  await answered;
  await new Promise((resolve) => requestAnimationFrame(resolve));
  return performance.now() - since;
}

/** Frames that are answered in a second, and those that the camera gives. */
async function measureCamera(browser, url, rounds) {
  const page = await browser.newPage();
  await page.goto(url);
  await page.waitForFunction(() => document.querySelector("#network").textContent);
  await page.locator("#camera-start").click();
  await page.waitForSelector("#chart rect");
  await page.evaluate(countFrames, CAMERA_MS);
  const samples = [];
  for (let round = 0; round < rounds; round += 1) samples.push(await page.evaluate(countFrames, CAMERA_MS));
  await page.close();
  const rates = (name) => samples.map((sample) => sample[name]);
  return {
    answeredPerSecond: median(rates("answered")),
    givenPerSecond: median(rates("given")),
    samples: rates("answered"),
  };
}

/** Each frame of the fake camera differs from the one before, and so do its bars. */
async function countFrames(ms) {
  const video = document.querySelector("video");
  let answered = 0;
  const observer = new MutationObserver(() => {
    answered += 1;
  });
  observer.observe(document.querySelector("#chart"), {
    subtree: true,
    attributeFilter: ["data-probability"],
  });
  const given = video.getVideoPlaybackQuality().totalVideoFrames;
  const since = performance.now();
  await new Promise((resolve) => setTimeout(resolve, ms));
  const perSecond = 1000 / (performance.now() - since);
  observer.disconnect();
  return {
    answered: answered * perSecond,
    given: (video.getVideoPlaybackQuality().totalVideoFrames - given) * perSecond,
  };
}
