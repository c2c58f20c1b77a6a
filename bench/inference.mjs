// What one picture costs, and whether all engines say the same about it.
import { isOurs, REFERENCE } from "./engines.mjs";
import { metricOf } from "./report.mjs";
import { maxDifference, median, ratios, rotated, softmax } from "./statistics.mjs";

const BURST_MS = 200;
const WARM_UP_MS = 1500;
const PICTURES_PER_CALL = 50;

/**
 * Measures every model with every engine; each engine has a page that stays, `guests` are measured between
 * them with one of the models.
 *
 * Returns the report's `inference` and `ratios`, and the samples of each guest.
 */
export async function measureInference(browser, engines, models, { rounds, images, guests, guestModel }) {
  const metric = metricOf(browser.name);
  const pages = new Map();
  for (const engine of engines) {
    const page = await browser.open(engine.id, "session");
    await page.evaluate(() => globalThis.bench.fetchImages("/data/images.rgba"));
    pages.set(engine.id, { page, meter: await browser.meter(page) });
  }
  const inference = [];
  const guestSamples = new Map(guests.map(({ id }) => [id, []]));
  for (const model of models) {
    const contestants = [];
    const probabilities = new Map();
    for (const engine of engines) {
      const { page, meter } = pages.get(engine.id);
      await load(page, engine, model.name);
      probabilities.set(engine.id, await probabilitiesOf(page, images, model.temperature));
      contestants.push(await contestant(engine.id, page, meter));
    }
    const samples = new Map(engines.map(({ id }) => [id, []]));
    for (let round = 0; round < rounds; round += 1) {
      for (const { id, measure } of rotated(contestants, round)) samples.get(id).push(await measure());
      if (model.name !== guestModel) continue;
      for (const { id, measure } of guests) guestSamples.get(id).push(await measure());
    }
    for (const { id, version } of engines) {
      const row = {
        model: model.name,
        engine: id,
        version,
        [metric]: median(samples.get(id)),
        samples: samples.get(id),
      };
      row.maxProbabilityDifference = maxDifference(probabilities.get(REFERENCE), probabilities.get(id));
      inference.push(row);
      console.log(
        `    ${model.name.padEnd(14)}${id.padEnd(17)}${row[metric].toFixed(2).padStart(8)} ${metric}` +
          `  probabilities within ${row.maxProbabilityDifference.toExponential(1)}`,
      );
      await pages.get(id).page.evaluate(() => globalThis.bench.close());
    }
  }
  for (const { page } of pages.values()) await page.close();
  return { inference, ratios: ratios(inference, metric, isOurs), guestSamples };
}

export const load = (page, engine, model) =>
  page.evaluate(
    (script, url, options) => globalThis.bench.load(script, url, options),
    `/pages/${engine.page}/${engine.page}.js`,
    `/data/${model}`,
    engine.options,
  );

async function probabilitiesOf(page, images, temperature) {
  const rows = [];
  for (let start = 0; start < images; start += PICTURES_PER_CALL) {
    const end = Math.min(images, start + PICTURES_PER_CALL);
    const logits = await page.evaluate((...range) => globalThis.bench.logits(...range), start, end);
    rows.push(...logits.map((row) => softmax(row, temperature)));
  }
  return rows;
}

/** Bursts last equally long, so that what a burst costs besides its pictures weighs equally on all engines. */
async function contestant(id, page, meter) {
  const burst = (count) => page.evaluate((n) => globalThis.bench.burst(n), count);
  let pictures = 1;
  let fastestMs = Infinity;
  for (const end = performance.now() + WARM_UP_MS; performance.now() < end; ) {
    fastestMs = Math.min(fastestMs, (await burst(pictures)) / pictures);
    pictures = Math.max(1, Math.round(BURST_MS / fastestMs));
  }
  return { id, measure: async () => (await meter(() => burst(pictures))) / pictures };
}
