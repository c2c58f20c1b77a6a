// What docs/training.md says of schedulers and precisions is true.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";

const root = new URL("../../", import.meta.url);
const read = (path) => readFileSync(new URL(path, root), "utf8");
const page = read("docs/training.md");

/** The words that a sweep's commands hand to the trials, one quoted as the trainer quotes. */
const TRIALS = ["one", "model.widths=[32, 64]", "it's"];
const quoted = (word) => (/^\w+$/.test(word) ? word : `"${word}"`);

let folder;
/** Runs `sh` where the fake programs are, as the only process of its job. */
const shell = (args, environment = {}) => {
  const { OMP_NUM_THREADS: _, ...inherited } = process.env;
  const env = { ...inherited, PATH: `${join(folder, "bin")}:${process.env.PATH}`, ...environment };
  const { pid, status, stdout, stderr } = spawnSync("sh", args, { cwd: folder, env, encoding: "utf8" });
  assert.equal(status, 0, stderr);
  return { pid, stdout };
};

before(() => {
  folder = mkdtempSync(join(tmpdir(), "wideye-schedulers-"));
  mkdirSync(join(folder, "bin"));
  const programs = {
    // A trial tells its process, its threads and its word.
    trial: `printf '%s|%s|%s\\n' "$$" "$OMP_NUM_THREADS" "$1"`,
    "wideye-train": `for word; do [ "$word" != --commands ] || cat lines; done`,
    nproc: "echo 16",
    parallel: `echo "$*" > parallel.options; while read -r line; do sh -c "$line"; done > parallel.out`,
    sbatch: `for word; do echo "$word"; done > sbatch.options; printf '#!/bin/sh\\n%s\\n' "$word" > batch`,
  };
  for (const [name, text] of Object.entries(programs)) {
    const file = join(folder, "bin", name);
    writeFileSync(file, `#!/bin/sh\n${text}\n`);
    chmodSync(file, 0o755);
  }
  writeFileSync(join(folder, "lines"), TRIALS.map((word) => `trial ${quoted(word)}\n`).join(""));
  const [, block] = page.match(/^```sh\n([^`]*--commands > trials\n[^`]*)^```$/m);
  shell(["-c", block]);
});
after(() => rmSync(folder, { recursive: true }));

const written = (name) => readFileSync(join(folder, name), "utf8");
const told = (line) => line.trimEnd().split("|");

test("GNU parallel runs each line, the cores shared among its jobs", () => {
  const jobs = Number(written("parallel.options").match(/--jobs (\d+)/)[1]);
  const trials = written("parallel.out").trimEnd().split("\n").map(told);
  assert.deepEqual(
    trials.map(([, threads, word]) => [Number(threads), word]),
    TRIALS.map((word) => [16 / jobs, word]),
  );
});

test("each task of a Slurm array becomes its line's trial", () => {
  const options = written("sbatch.options");
  assert.match(options, new RegExp(`^--array=1-${TRIALS.length}$`, "m"));
  assert.match(options, /^--signal=B:TERM@\d+$/m);
  const [, cores] = options.match(/^--cpus-per-task=(\d+)$/m);
  assert.match(options, new RegExp(`^--export=ALL,OMP_NUM_THREADS=${cores}$`, "m"));
  for (const [i, word] of TRIALS.entries()) {
    const { pid, stdout } = shell(["batch"], { SLURM_ARRAY_TASK_ID: `${i + 1}`, OMP_NUM_THREADS: cores });
    assert.deepEqual(told(stdout), [`${pid}`, cores, word]);
  }
});

test("each index of a Kubernetes job becomes its line's trial", () => {
  const [, manifest] = page.match(/^```yaml\n(apiVersion: batch\/v1\n.*?)^```$/ms);
  assert.match(manifest, /^ {2}completionMode: Indexed$/m);
  const [, command] = manifest.match(/^ +command: \[sh, -c, '([^']*)'\]$/m);
  const [, threads] = manifest.match(/\{ name: OMP_NUM_THREADS, value: "(\d+)" \}/);
  assert.equal(manifest.match(/\bcpu: (\d+)/)[1], threads);
  // As a file, of which the shell cannot know that this is the last command.
  writeFileSync(join(folder, "command"), `${command}\n`);
  for (const [i, word] of TRIALS.entries()) {
    const { pid, stdout } = shell(["command"], { JOB_COMPLETION_INDEX: `${i}`, OMP_NUM_THREADS: threads });
    assert.deepEqual(told(stdout), [`${pid}`, threads, word]);
  }
});

test("every precision is named", () => {
  const [, body] = read("crates/wideye-train/src/config.rs").match(/pub enum PrecisionChoice \{\n(.*?)^\}/ms);
  const variants = [...body.matchAll(/^ {4}(\w+),$/gm)].map(([, variant]) => variant);
  assert.ok(variants.length >= 5);
  const [section] = page.match(/^- \*\*Precision\.\*\*.*?(?=^- \*\*)/ms);
  for (const variant of variants) {
    const name = variant.replace(/\B[A-Z]/g, "-$&").toLowerCase();
    assert.ok(section.includes(`\`${name}\``), name);
  }
});
