// Runs every measurement in one browser and writes the report and its plot.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";

import { serve } from "../scripts/serve.mjs";
import { answer, root, StepError, step } from "../scripts/steps.mjs";
import { launch } from "./browser.mjs";
import { engines as allEngines, isOurs } from "./engines.mjs";
import { measureInference } from "./inference.mjs";
import { measurePhotograph, measureThroughput } from "./package.mjs";
import { multiplyAccumulates, openPeak, peakGmacs } from "./peak.mjs";
import { drawPlot } from "./plot.mjs";
import { metricOf, problems } from "./report.mjs";
import { hasWasm, prepareSite, RANDOM_MODELS, shippedModels } from "./site.mjs";
import { measureStartup } from "./startup.mjs";
import { ratios } from "./statistics.mjs";
import { measureTransfer } from "./transfer.mjs";

const TOLERANCE = 1e-4;
const PEAK_MODEL = "wide";
const site = join(root, ".cache", "bench");

/** Measures and writes `inference-BROWSER.json` and `.svg` into `out`. */
export async function runBench({ browserName, executable, python, images, rounds, out }) {
  const engines = presentEngines();
  await step("models, pictures and bundled engines", () => prepareSite(site, { imageCount: images, python }));
  const { server, url } = await serve(site, 0, { cacheControl: "max-age=3600" });
  const browser = await launch(browserName, executable, new URL(url).port);
  try {
    const report = await measure(browser, engines, { images, rounds, server });
    const wrong = problems(report);
    if (wrong.length) throw new Error(`the report is not as its contract has it:\n${wrong.join("\n")}`);
    mkdirSync(out, { recursive: true });
    const file = join(out, `inference-${browserName}`);
    writeFileSync(`${file}.json`, `${JSON.stringify(report, null, 1)}\n`);
    writeFileSync(`${file}.svg`, drawPlot(report));
    console.log(`    written to ${file}.json and .svg`);
    const apart = report.inference.filter((row) => row.maxProbabilityDifference > TOLERANCE);
    if (apart.length) {
      const names = apart.map(({ model, engine }) => `${engine} on ${model}`).join(", ");
      throw new StepError(`probabilities differ by more than ${TOLERANCE}: ${names}`, `see ${file}.json`);
    }
  } finally {
    await browser.close();
    server.closeAllConnections();
    server.close();
  }
}

function presentEngines() {
  return allEngines
    .filter(({ id, wasm }) => {
      const present = wasm === undefined || hasWasm(wasm);
      if (!present) console.log(`left out: ${id}, web/wasm/${wasm} was not built`);
      return present;
    })
    .map((engine) => ({ ...engine, version: versionOf(engine.package) }));
}

const versionOf = (folder) => JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8")).version;

async function measure(browser, engines, { images, rounds, server }) {
  const models = [...RANDOM_MODELS, ...shippedModels()].map((name) => ({ name, ...layersOf(name) }));
  const cores = cpus().length;
  const transfer = await step("downloads", () => measureTransfer(browser, engines, { server, folder: site }));
  const { startup, memory } = await step("start from the cache", () =>
    measureStartup(browser, engines, rounds),
  );
  const peak = await openPeak(browser);
  const {
    inference,
    ratios: inferenceRatios,
    guestSamples,
  } = await step("pictures", () =>
    measureInference(browser, engines, models, {
      rounds,
      images,
      guests: peak.guests,
      guestModel: PEAK_MODEL,
    }),
  );
  await peak.close();
  const jpeg12mp = await step("12-megapixel photograph", () => measurePhotograph(browser, rounds));
  const throughput = await step("several workers", () => measureThroughput(browser, cores));

  const reached = peakOf(inference, guestSamples, models, metricOf(browser.name));
  const readyRatios = ratios(
    startup.map((row) => ({ ...row, model: "wide" })),
    "readyMs",
    isOurs,
  );
  return {
    schema: 1,
    commit: answer("git", ["describe", "--always", "--dirty", "--abbrev=40", "--exclude=*"]),
    date: new Date().toISOString(),
    machine: { cpu: cpus()[0].model, cores },
    browser: { name: browser.name, version: browser.version },
    inference,
    ratios: [...inferenceRatios, ...readyRatios],
    startup,
    transfer,
    memory,
    jpeg12mp,
    throughput,
    peakFraction: reached.executedGmacsPerSecond / reached.gmacsPerSecond,
    peak: reached,
  };
}

const layersOf = (name) => JSON.parse(readFileSync(join(site, "data", `${name}.layers.json`), "utf8"));

/** How near our fastest engine comes to the multiply-accumulates that the CPU can do. */
function peakOf(inference, samples, models, metric) {
  const ours = inference.filter(({ model, engine }) => model === PEAK_MODEL && isOurs(engine));
  const [fastest] = ours.toSorted((a, b) => a[metric] - b[metric]);
  const macs = multiplyAccumulates(models.find(({ name }) => name === PEAK_MODEL));
  const perSecond = (count) => count / fastest[metric] / 1e6;
  return {
    engine: fastest.engine,
    model: PEAK_MODEL,
    gmacsPerSecond: peakGmacs(samples),
    executedGmacsPerSecond: perSecond(macs.executed),
    directGmacsPerSecond: perSecond(macs.direct),
  };
}
