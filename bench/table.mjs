// What the README and docs/training.md say of the reports in results/.
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { table } from "../scripts/markdown.mjs";
import { engines, isOurs } from "./engines.mjs";
import { metricOf } from "./report.mjs";

const results = fileURLToPath(new URL("results/", import.meta.url));
const TITLES = {
  "wideye-relaxed": "wideye, relaxed SIMD",
  "wideye-simd": "wideye, SIMD",
  "onnxruntime-web": "onnxruntime-web",
  "tfjs-wasm": "tfjs-backend-wasm",
};
const ms = (value) => `${value.toFixed(value < 100 ? 1 : 0)} ms`;
const megabytes = (bytes) => `${(bytes / 1e6).toFixed(2)} MB`;

/** The reports of a kind (`inference`, `page`, `training`) that were kept, Chromium's and the CPU's first. */
export function readReports(kind) {
  let files = [];
  try {
    files = readdirSync(results);
  } catch (error) {
    if (error.code !== "ENOENT") throw error;
  }
  return files
    .filter((file) => file.startsWith(`${kind}-`) && file.endsWith(".json"))
    .sort()
    .map((file) => JSON.parse(readFileSync(`${results}${file}`, "utf8")));
}

/** A table, its conditions and its plot for each report. */
export function speedSection(reports) {
  if (reports.length === 0) return "No run is kept here; `npm run bench` makes one.";
  return reports
    .map((report) => [tableOf(report), conditionsOf(report), plotOf(report)].join("\n\n"))
    .join("\n\n");
}

/** What was measured of the page, in sentences. */
export function pageSection(reports) {
  if (reports.length === 0) return "No run is kept here; `npm run bench -- page` makes one.";
  return reports.map(sentencesOf).join("\n\n");
}

/** Rates of training and evaluation beside PyTorch's, for each report. */
export function trainingSection(reports) {
  if (reports.length === 0) return "No run is kept here; `npm run bench:training` makes one.";
  return reports.map(ratesOf).join("\n\n");
}

function ratesOf({ machine, device, threads, torch, rounds, date, commit, results }) {
  const rows = [
    ["images a second", "wideye-train", "PyTorch", "ratio"],
    ...results.map(({ network, precision, computed, what, imagesPerSecond, ratio }) => {
      const arithmetic = computed === precision ? precision : `${precision} (${computed})`;
      const [ours, theirs] = [imagesPerSecond.wideye, imagesPerSecond.pytorch].map(Math.round);
      return [`${what} of \`${network}\` in ${arithmetic}`, ours, theirs, ratio.toFixed(2)];
    }),
  ];
  const place = device === "cpu" ? `${threads} threads of ${machine.cpu}` : device;
  return [
    table(rows),
    `Medians of ${rounds} rounds on ${place}, PyTorch ${torch} (${date.slice(0, 10)}${commit ? `, commit ${commit.slice(0, 8)}` : ""}).`,
  ].join("\n\n");
}

function sentencesOf({ browser, machine, date, commit, lighthouse, firstVisit, nextVisit, drop, camera }) {
  const scores = lighthouse.map(({ device, score }) => `${score} (${device})`).join(" and ");
  const [given, answered] = [camera.givenPerSecond, camera.answeredPerSecond].map(Math.round);
  return [
    `Once the page is loaded, a dropped photograph is answered in ${ms(drop.ms)}. From navigation to a first result it takes`,
    `${ms(firstVisit.ms)} on a first visit and ${ms(nextVisit.ms)} on the next, from a server on the same machine. Of the`,
    `${given} frames that a camera gives in a second, ${answered} are answered. Lighthouse gives its performance ${scores} of 100.`,
    `Medians of one run in Chromium ${browser.version} on ${machine.cpu}`,
    `with ${machine.cores} cores (${date.slice(0, 10)}, commit ${commit.slice(0, 8)}).`,
  ].join("\n");
}

function tableOf({ browser, inference, startup, transfer, memory }) {
  const metric = metricOf(browser.name);
  const ids = engines.map(({ id }) => id).filter((id) => inference.some(({ engine }) => engine === id));
  const [first] = ids;
  const version = (id) => inference.find(({ engine }) => engine === id).version;
  const header = ["", ...ids.map((id) => (isOurs(id) ? TITLES[id] : `${TITLES[id]} ${version(id)}`))];
  const row = (title, rows, field, format) => {
    const value = (id) => rows.find(({ engine }) => engine === id)[field];
    const cell = (id) =>
      isOurs(id) ? format(value(id)) : `${format(value(id))} (${(value(id) / value(first)).toFixed(1)}×)`;
    return [title, ...ids.map(cell)];
  };
  const models = [...new Set(inference.map(({ model }) => model))];
  return table([
    header,
    ...models.map((name) =>
      row(
        titleOf(name),
        inference.filter(({ model }) => model === name),
        metric,
        ms,
      ),
    ),
    row("ready from the browser's cache", startup, "readyMs", ms),
    row("download (brotli)", transfer, "brotliBytes", megabytes),
    row("wasm memory", memory, "wasmBytes", megabytes),
  ]);
}

const plotOf = ({ browser }) =>
  `![How many times faster than onnxruntime-web each engine is](bench/results/inference-${browser.name}.svg)`;

const titleOf = (model) =>
  model.startsWith("shipped-")
    ? `one picture, \`${model.slice("shipped-".length)}\` as shipped`
    : `one picture, \`${model}\``;

function conditionsOf({ browser, machine, date, commit, jpeg12mp, throughput, peakFraction }) {
  const [name, time] =
    browser.name === "firefox"
      ? ["Firefox", "wall time"]
      : ["Chromium", "CPU time of the renderer's main thread"];
  const perSecond = throughput.map(
    ({ workers, imagesPerSecond }) => `${Math.round(imagesPerSecond)} with ${workers}`,
  );
  const sentences = [
    `Medians of one run in ${name} ${browser.version} on ${machine.cpu} with ${machine.cores} cores`,
    `(${date.slice(0, 10)}, commit ${commit.slice(0, 8)}); a picture's time is ${time} on one thread.`,
    `A 12-megapixel JPEG takes ${ms(jpeg12mp.endToEndMs)} to its five classes, ${jpeg12mp.ratio.toFixed(2)} times`,
    "what the browser needs for its pixels alone.",
    ...(perSecond.length ? [`Pictures a second through \`wide\`, by workers: ${perSecond.join(", ")}.`] : []),
    `The convolutions of \`wide\` do ${Math.round(100 * peakFraction)} % of the multiply-adds that this CPU can do in wasm.`,
  ];
  return sentences.join("\n");
}
