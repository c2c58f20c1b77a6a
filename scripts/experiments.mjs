// Writes docs/experiments.md from the results of the trainer's experiments, which it measures if asked to.
//
//   npm run experiments
//   npm run experiments -- --runs DIR       measure the finished runs of each sweep in DIR, on the test images
//   npm run experiments -- --cifar-100 DIR  measure the shipped models on the test images in DIR
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual, parseArgs } from "node:util";

import { experimentsPage, SWEEPS } from "./experiments/page.mjs";
import { builtTrainer } from "./requirements.mjs";
import { answer, isMain, main, root, run, StepError } from "./steps.mjs";

const folder = join(root, "crates", "wideye-train", "experiments");
const results = join(folder, "results");
const page = join(root, "docs", "experiments.md");
/** Sweeps whose settings are chosen by their results: the test images are none of their business. */
const CHOSEN_BY_VALIDATION = ["search"];
/** Changes of the test images, and the runs of which the page tells how they do on those. */
const CHANGES = ["--under", "shift,rotation,scale"];
const meetsChanges = (sweep, settings) =>
  sweep === "unaugmented" || (sweep === "networks" && settings["model.activation"] === "elu");
/** The shipped models that the page tells of, in its order. */
const PLAIN_AND_DEFAULT = ["narrow", "wide", "res9"];
const SHIPPED = "shipped";

const file = (name) => join(results, `${name}.json`);

/** The results that are kept, by the sweep's name, and those of the shipped models; none of what was not measured. */
export function readResults() {
  const of = (name) => {
    const { trials, models } = read(name);
    return [name, trials ?? models];
  };
  return Object.fromEntries([...SWEEPS, SHIPPED].filter((name) => existsSync(file(name))).map(of));
}

const read = (name) => JSON.parse(readFileSync(file(name), "utf8"));
const write = (name, document) => writeFileSync(file(name), `${JSON.stringify(document, null, 2)}\n`);

/** Measures what is finished and not yet measured, and keeps it. */
async function measure(runs, trainer) {
  const sweeps = SWEEPS.filter((name) => existsSync(join(runs, name)));
  if (sweeps.length === 0) {
    throw new StepError(`${runs} has no runs`, `name the folder that holds ${SWEEPS.join(", ")}`);
  }
  mkdirSync(results, { recursive: true });
  for (const name of sweeps) {
    const out = join(runs, name);
    await run(trainer, ["sweep", join(folder, `${name}.toml`), "--out", out, "--collect"]);
    const summary = JSON.parse(readFileSync(join(out, "summary.json"), "utf8"));
    const { config } = summary;
    const kept = existsSync(file(name)) ? read(name) : undefined;
    // Those of another configuration are no results of this sweep.
    const before = kept && isDeepStrictEqual(kept.config, config) ? kept.trials : [];
    const keep = (trials) => {
      if (!trials.some(({ validation }) => validation)) return;
      write(name, { generator: "npm run experiments -- --runs DIR", sweep: name, config, trials });
    };
    const isTested = !CHOSEN_BY_VALIDATION.includes(name);
    const trials = [];
    for (const { name: trial, settings, epochs, precision, metrics } of summary.trials) {
      const last = metrics.find(({ epoch }) => epoch === epochs);
      const known = before.find(
        (other) => other.trial === trial && (isTested ? other.test : other.validation),
      );
      const validation = last && { top1: last.validation_top1, top5: last.validation_top5 };
      // What was measured on another machine, whose runs are not here, stays.
      const same = known && (!last || JSON.stringify(known.validation) === JSON.stringify(validation));
      const options = meetsChanges(name, settings) ? CHANGES : [];
      const test = last && !same && isTested ? measureOnTest(trainer, join(out, trial), options) : undefined;
      trials.push(same ? known : { trial, settings, precision: last && precision, validation, test });
      // Whoever stops here keeps what comes later of the last time.
      const later = before.filter((old) => trials.every((row) => row.trial !== old.trial));
      keep([...trials, ...later]);
    }
    keep(trials);
  }
}

/** Measures the shipped models as their cards do, and how they take kangaroos. */
function measureShipped(trainer, data) {
  const folder = join(root, "web", "models");
  const models = PLAIN_AND_DEFAULT.map((name) => {
    const { sha256 } = JSON.parse(readFileSync(join(folder, `${name}.json`), "utf8"));
    return { name, sha256, ...measureOnTest(trainer, join(folder, `${name}.onnx`), ["--data", data]) };
  });
  mkdirSync(results, { recursive: true });
  write(SHIPPED, { generator: "npm run experiments -- --cifar-100 DIR", models });
}

function measureOnTest(trainer, subject, options) {
  const args = ["evaluate", subject, "--test", "--json", ...options];
  const { status, stdout } = spawnSync(trainer, args, {
    encoding: "utf8",
    maxBuffer: 2 ** 26,
    stdio: ["ignore", "pipe", "inherit"],
  });
  if (status !== 0) throw new StepError(`${subject} was not measured`);
  const { evaluation, confusion, greyscale_confusion } = JSON.parse(stdout);
  const of = (label) => evaluation.by_class.findIndex((row) => row.label === label);
  const [kangaroo, elephant] = [of("kangaroo"), of("elephant")];
  const taken = (matrix) => ({ right: matrix[kangaroo][kangaroo], elephant: matrix[kangaroo][elephant] });
  return {
    top1: evaluation.accuracy.top1,
    top5: evaluation.accuracy.top5,
    greyscale: evaluation.greyscale.top1,
    ...(evaluation.corruptions?.length && {
      under: Object.fromEntries(evaluation.corruptions.map(({ name, top1 }) => [name, top1])),
    }),
    ...(kangaroo >= 0 && { kangaroos: { colour: taken(confusion), greyscale: taken(greyscale_confusion) } }),
  };
}

function workingTrainer(trainer) {
  if (answer(trainer, ["--version"]) !== undefined) return trainer;
  throw new StepError(
    `${trainer} does not run`,
    "scripts/libtorch && cargo build --release -p wideye-train, or name another with --trainer",
  );
}

if (isMain(import.meta.url)) {
  await main(async () => {
    const options = {
      runs: { type: "string" },
      "cifar-100": { type: "string" },
      trainer: { type: "string" },
    };
    const { runs, "cifar-100": data, trainer } = parseArgs({ options }).values;
    const measured = runs || data ? workingTrainer(trainer ?? builtTrainer()) : undefined;
    if (runs) await measure(runs, measured);
    if (data) measureShipped(measured, data);
    mkdirSync(join(root, "docs"), { recursive: true });
    writeFileSync(page, experimentsPage(readResults()));
  });
}
