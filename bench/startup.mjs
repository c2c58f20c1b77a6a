// How long an engine takes until it can classify, and how much wasm memory it holds then.
import { setTimeout as sleep } from "node:timers/promises";

import { load } from "./inference.mjs";
import { median, rotated } from "./statistics.mjs";

const MODEL = "wide";
const WARM_VISITS = 3;
const WARM_PICTURES = 40;
// V8 hands optimised code to the browser's cache when it has been quiet for two seconds.
const CODE_CACHE_MS = 3000;

/**
 * Loads each engine with `wide` in new pages of one browser, in turns, after loads that filled its caches.
 *
 * Returns the report's `startup` and `memory`. `readyMs` is wall time from the import of the engine's script
 * to a model that is ready: script, wasm and model come from the browser's cache.
 */
export async function measureStartup(browser, engines, rounds) {
  for (const engine of engines) {
    for (let visit = 0; visit < WARM_VISITS; visit += 1) {
      const page = await opened(browser, engine);
      await classify(page, WARM_PICTURES);
      await sleep(CODE_CACHE_MS);
      await page.close();
    }
  }
  const samples = new Map(engines.map(({ id }) => [id, []]));
  const memory = new Map();
  for (let round = 0; round < rounds; round += 1) {
    for (const engine of rotated(engines, round)) {
      const page = await browser.open(engine.id, "session");
      samples.get(engine.id).push(await load(page, engine, MODEL));
      if (round === 0) {
        await page.evaluate(() => globalThis.bench.fetchImages("/data/images.rgba"));
        await classify(page, WARM_PICTURES);
        memory.set(engine.id, await page.evaluate(() => globalThis.bench.wasmBytes()));
      }
      await page.close();
    }
  }
  return {
    startup: engines.map(({ id }) => ({
      engine: id,
      readyMs: median(samples.get(id)),
      samples: samples.get(id),
    })),
    memory: engines.map(({ id }) => ({ engine: id, wasmBytes: memory.get(id) })),
  };
}

async function opened(browser, engine) {
  const page = await browser.open(engine.id, "session");
  await page.evaluate(() => globalThis.bench.fetchImages("/data/images.rgba"));
  await load(page, engine, MODEL);
  return page;
}

const classify = (page, count) => page.evaluate((n) => globalThis.bench.burst(n), count);
