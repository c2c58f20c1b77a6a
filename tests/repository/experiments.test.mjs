// The page of the experiments: its arithmetic, and that it says what the results say.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";

import {
  arithmetic,
  experimentsPage,
  multiplyAccumulates,
  SWEEPS,
  verdict,
} from "../../scripts/experiments/page.mjs";
import { deviation, difference, mean } from "../../scripts/experiments/statistics.mjs";
import { readResults } from "../../scripts/experiments.mjs";

const root = new URL("../../", import.meta.url);
const trials = (...values) => values.map((top1) => ({ test: { top1 } }));

test("means, deviations and Welch's interval by hand", () => {
  assert.equal(mean([1, 2, 6]), 3);
  // Squares 4, 1 and 9 over two.
  assert.equal(deviation([1, 2, 6]), Math.sqrt(7));
  // Variances of 1 each over 3: a standard error of sqrt(2/3), 4 degrees of freedom, t = 2.776.
  const { by, within, clear } = difference([10, 11, 12], [1, 2, 3]);
  assert.equal(by, 9);
  assert.ok(Math.abs(within - 2.776 * Math.sqrt(2 / 3)) < 1e-12);
  assert.equal(clear, true);
  assert.equal(difference([1, 2, 3], [1, 2, 4]).clear, false);
  assert.equal(difference([1], [2, 3]), undefined);
  // Counts that do not vary tell nothing of how much they could.
  assert.equal(difference([2, 2, 2], [1, 1, 1]), undefined);
});

test("a verdict follows from the runs that are finished", () => {
  const low = trials(0.3, 0.31, 0.32);
  assert.match(verdict("x", trials(0.5, 0.51, 0.52), low), /x: \*\*held up\*\* \(\+20\.0 ± 2\.3 points\)/);
  assert.match(verdict("x", low, trials(0.5, 0.51, 0.52)), /the opposite did\*\* \(−20\.0/);
  assert.match(verdict("x", low, trials(0.31, 0.33, 0.3)), /not to be told from chance/);
  assert.match(verdict("x", low, [{}, ...trials(0.3, 0.4)]), /not enough runs/);
  const [same, other] = [trials(0.2, 0.2, 0.2), trials(0.1, 0.1, 0.1)];
  assert.match(verdict("x", same, other), /not to be told\*\*, since no run differs/);
});

test("a folder without runs and a trainer that is not there are named", () => {
  const measure = (...options) =>
    spawnSync("node", ["scripts/experiments.mjs", ...options], { cwd: root, encoding: "utf8" });
  const empty = mkdtempSync(join(tmpdir(), "wideye-experiments-"));
  try {
    const untrained = measure("--runs", empty, "--trainer", join(empty, "no-trainer"));
    assert.equal(untrained.status, 1);
    assert.match(untrained.stderr, /^\nerror: .*no-trainer does not run\ntry: scripts\/libtorch/);
    const mistyped = measure("--runs", empty, "--trainer", process.execPath);
    assert.equal(mistyped.status, 1);
    assert.match(mistyped.stderr, /^\nerror: .* has no runs\ntry: name the folder/);
  } finally {
    rmSync(empty, { recursive: true });
  }
});

test("every sweep is on the page", () => {
  const folder = new URL("crates/wideye-train/experiments/", root);
  const files = readdirSync(folder).filter((name) => name.endsWith(".toml") && name !== "base.toml");
  assert.deepEqual(files.map((name) => name.replace(".toml", "")).sort(), [...SWEEPS].sort());
});

test("the page is that of the results", () => {
  const page = readFileSync(new URL("docs/experiments.md", root), "utf8");
  assert.equal(experimentsPage(readResults()), page, "npm run experiments");
});

test("the shipped models are those that were measured", () => {
  const { shipped } = readResults();
  for (const { name, sha256, top1, greyscale } of shipped) {
    const card = JSON.parse(readFileSync(new URL(`web/models/${name}.json`, root), "utf8"));
    assert.equal(sha256, card.sha256, "npm run experiments -- --cifar-100 DIR");
    assert.deepEqual([top1, greyscale], [card.test.accuracy.top1, card.test.greyscale.top1]);
  }
  assert.deepEqual(
    shipped.map(({ name }) => name),
    ["narrow", "wide", "res9"],
  );
});

test("multiply-accumulates are those of the cards", () => {
  for (const [name, stages] of Object.entries({ narrow: [32, 64], wide: [128, 256] })) {
    const card = JSON.parse(readFileSync(new URL(`web/models/${name}.json`, root), "utf8"));
    assert.equal(multiplyAccumulates(stages), card.macs, name);
  }
  // deep: 9*(3*32 + 32*32)*1024 + 9*(32*64 + 64*64)*256 + 9*(2*64*64)*64 + 64*100*64, the third stage without a maximum.
  assert.equal(multiplyAccumulates([32, 64, 64]), 10_321_920 + 14_155_776 + 4_718_592 + 409_600);
});

test("the page tells what the runs multiplied in", () => {
  const run = (precision) => ({ precision, validation: { top1: 0.2 } });
  const told = (...trials) => arithmetic(trials).match(/faster: (.*)\.$/)[1];
  assert.equal(
    told(run("bf16-widened"), run(undefined), {}, run("bf16-widened")),
    "2 of the runs in `bf16-widened`, 1 do not tell",
  );
  assert.equal(told(), "none yet");
});

test("a page without results says so", () => {
  const page = experimentsPage({});
  assert.match(page, /0 of 3/);
  assert.doesNotMatch(page, /NaN|undefined|null/);
});

test("the page tells the budget and the changes of the base configuration", () => {
  const base = readFileSync(new URL("crates/wideye-train/experiments/base.toml", root), "utf8");
  const field = (name) => base.match(new RegExp(`^${name} = (.+)$`, "m"))[1];
  const strength = (name) => Number(field(name).match(/strength = ([\d.]+)/)[1]);
  const text = (name) => field(name).replaceAll('"', "");
  const page = experimentsPage(readResults()).replace(/\s+/g, " ");
  assert.equal(Number(field("share")), 1 / 5);
  for (const name of ["flip", "rotate", "scale"])
    assert.match(field(name), /^0\.5$|probability = 0\.5/, name);
  for (const said of [
    `${field("epochs")} epochs over the same fifth of the training images (9,000 of 45,000)`,
    `batches of ${field("batch_size")}, ${text("schedule")} SGD with a learning rate of ${field("learning_rate")}`,
    `a weight decay of ${Number(field("weight_decay"))}, ${text("precision")}, three seeds`,
    `other runs (${["learning_rate", "weight_decay", "batch_size"].map((name) => Number(field(name))).join(", ")})`,
    `shifted by up to ${strength("shift")} pixels and, each half of the time, mirrored, turned`,
    `turned by up to ${strength("rotate")}° and scaled by up to ${1 + strength("scale")}`,
  ]) {
    assert.ok(page.includes(said), said);
  }
});
