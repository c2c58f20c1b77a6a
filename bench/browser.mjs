// A browser with a page for each engine, and what the engine's main thread costs there.
import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

import puppeteer from "puppeteer-core";

export const CHROMIUM_ARGUMENTS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--no-first-run",
];
const PROBE_MS = 100;

/** Starts `chromium` or `firefox` without a window; pages are of the server at `port`. */
export async function launch(name, executablePath, port) {
  const browser = await puppeteer.launch({
    browser: name === "chromium" ? "chrome" : "firefox",
    executablePath,
    headless: true,
    args: name === "chromium" ? CHROMIUM_ARGUMENTS : [],
    protocolTimeout: 600_000,
  });
  const version = (await browser.version()).split("/").at(-1);

  /** Opens a page of its own site, and so in a process of its own. */
  async function open(site, script) {
    const page = await browser.newPage();
    await page.goto(`http://${site}.localhost:${port}/`);
    await page.evaluate((url) => import(url), `/pages/${script}/${script}.js`);
    return page;
  }

  /** Returns a function that runs `action`, which returns its wall time, and tells its cost on the main thread. */
  async function meter(page) {
    if (name === "firefox") return (action) => action();
    const pid = await rendererOf(page, browser.process().pid);
    return async (action) => {
      const before = await cpuMsAtRest(pid);
      await action();
      return (await cpuMsAtRest(pid)) - before;
    };
  }

  return { name, version, open, meter, close: () => browser.close() };
}

/**
 * The process that runs a page: the renderer whose main thread works while the page does.
 *
 * A renderer's main thread is the first of its process, so that its thread id is the process id.
 */
async function rendererOf(page, browserPid) {
  const pids = rendererPids(browserPid);
  for (let ms = PROBE_MS; ms < 100 * PROBE_MS; ms *= 2) {
    const before = pids.map(cpuMs);
    await page.evaluate(work, ms);
    await sleep(20);
    const worked = pids.filter((pid, i) => cpuMs(pid) - before[i] > PROBE_MS / 2);
    if (worked.length === 1) return worked[0];
  }
  throw new Error(`expected one of ${pids.length} renderers to work for the page, found none or several`);
}

function work(ms) {
  for (const end = performance.now() + ms; performance.now() < end; );
}

function rendererPids(browserPid) {
  const parents = new Map();
  for (const pid of readdirSync("/proc").filter((entry) => /^\d+$/.test(entry))) {
    try {
      // The name in brackets may hold anything; the state and the parent follow it.
      const [, parent] = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1).split(" ");
      parents.set(Number(pid), Number(parent));
    } catch (error) {
      if (!["ENOENT", "ESRCH"].includes(error.code)) throw error;
    }
  }
  const descends = (pid) => pid === browserPid || (parents.has(pid) && descends(parents.get(pid)));
  return [...parents.keys()].filter((pid) => descends(pid) && isRenderer(pid));
}

function isRenderer(pid) {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("--type=renderer");
  } catch {
    return false;
  }
}

/** CPU time of a process's main thread; the kernel brings it up to date when the thread goes to sleep. */
async function cpuMsAtRest(pid) {
  await sleep(10);
  return cpuMs(pid);
}

function cpuMs(pid) {
  const [runningNs] = readFileSync(`/proc/${pid}/task/${pid}/schedstat`, "utf8").split(" ");
  return Number(runningNs) / 1e6;
}
