// Times training steps and evaluation of wideye-train and of the same network in PyTorch, in turns.
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

import { StepError } from "../../scripts/steps.mjs";
import { median } from "../statistics.mjs";

const script = fileURLToPath(new URL("pytorch.py", import.meta.url));

const NETWORKS = ["wide", "res9"];

/** `bf16` is what wideye-train makes of it on this machine, `bf16-native` the arithmetic that PyTorch has. */
const PRECISIONS = ["bf16", "bf16-native", "float32"];

/** The trainer's libtorch, as scripts/libtorch provides it. */
const TORCH = "2.11.0";

/** What both sides are told. */
const SETTINGS = { classes: 100, batchSize: 128, momentum: 0.9, weightDecay: 5e-4, labelSmoothing: 0.1 };

/** glibc keeps freed memory, as wideye-train tells it to: what differs is not to be the page faults. */
const KEPT_MEMORY = { MALLOC_MMAP_MAX_: "0", MALLOC_TRIM_THRESHOLD_: `${2 ** 31 - 1}` };

/** A program that does a round for each line it is given. */
function paced(command, args, env) {
  const child = spawn(command, args, { stdio: ["pipe", "pipe", "inherit"], env: { ...process.env, ...env } });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const failed = new Promise((_, reject) => {
    const fail = (reason) => reject(new StepError(`${command} ${reason}`, "see what it says above"));
    child.once("error", (error) => fail(`does not run: ${error.message}`));
    child.once("close", (status) => fail(`ended with ${status} before the bench did`));
  });
  failed.catch(() => {});
  // Whoever is gone reads nothing: `failed` tells.
  child.stdin.on("error", () => {});
  return {
    async round() {
      child.stdin.write("\n");
      const { done, value } = await Promise.race([lines.next(), failed]);
      return done ? failed : JSON.parse(value);
    },
    // Told no more, a program ends by itself; one that is busy, or hangs, does not.
    close: () => child.stdin.end(),
    kill: () => child.kill(),
  };
}

/**
 * Writes the rates of every network and precision to `out`, and prints a line for each. `commit` is the trainer's, if that
 * is known.
 */
export async function runTrainingBench(options) {
  const { trainer, commit, config, python, device, threads, rounds, batches, out } = options;
  const results = [];
  const scratch = mkdtempSync(join(tmpdir(), "wideye-bench-"));
  const running = [];
  let torch;
  try {
    for (const name of NETWORKS) {
      for (const precision of PRECISIONS) {
        const set = {
          "model.name": `"${name}"`,
          "train.batch_size": SETTINGS.batchSize,
          "train.precision": `"${precision}"`,
          "train.device": `"${device}"`,
          "train.momentum": SETTINGS.momentum,
          "train.weight_decay": SETTINGS.weightDecay,
          "train.label_smoothing": SETTINGS.labelSmoothing,
        };
        const overrides = Object.entries(set).flatMap(([field, value]) => ["--set", `${field}=${value}`]);
        const ours = [
          "bench",
          "--paced",
          "--config",
          config,
          "--rounds",
          `${rounds}`,
          "--batches",
          `${batches}`,
        ];
        const env = { OMP_NUM_THREADS: `${threads}`, ...KEPT_MEMORY };
        const wideye = paced(trainer, [...ours, ...overrides], env);
        running.push(wideye);
        const network = await wideye.round();
        const model = join(scratch, "model.json");
        writeFileSync(model, JSON.stringify({ ...network, ...SETTINGS, precision, device, batches }));
        const pytorch = paced(python, [script, model], env);
        running.push(pytorch);
        const about = await pytorch.round();
        const sides = { wideye, pytorch };
        torch = about.torch;
        if (torch.split("+")[0] !== TORCH)
          throw new StepError(
            `${python} has PyTorch ${torch}`,
            `name one with ${TORCH}, the libtorch of the trainer`,
          );
        if (device === "cpu" && about.threads !== threads)
          throw new Error(`PyTorch uses ${about.threads} threads`);
        const samples = { wideye: [], pytorch: [] };
        for (let round = 0; round < rounds; round++) {
          const order = round % 2 ? ["pytorch", "wideye"] : ["wideye", "pytorch"];
          for (const side of order) samples[side].push(await sides[side].round());
        }
        for (const side of Object.values(sides)) side.close();
        for (const what of ["training", "evaluation"]) {
          const rates = (side) => samples[side].map((sample) => sample[what]);
          const ratios = rates("wideye").map((rate, round) => rate / rates("pytorch")[round]);
          const row = {
            network: name,
            precision,
            // What wideye-train makes of that on this machine.
            computed: network.precision,
            what,
            imagesPerSecond: { wideye: median(rates("wideye")), pytorch: median(rates("pytorch")) },
            ratio: median(ratios),
            ratios,
          };
          results.push(row);
          const [our, their] = Object.values(row.imagesPerSecond);
          const numbers = `${our.toFixed(1)} against ${their.toFixed(1)} images/s`;
          console.log(
            `${name}, ${precision} (${network.precision}), ${what}: ${row.ratio.toFixed(3)} of PyTorch's rate (${numbers})`,
          );
        }
      }
    }
  } finally {
    for (const program of running) program.kill();
    rmSync(scratch, { recursive: true });
  }
  mkdirSync(out, { recursive: true });
  const machine = { cpu: cpus()[0].model, cores: cpus().length };
  const document = {
    schema: 1,
    commit,
    date: new Date().toISOString(),
    machine,
    device,
    threads,
    torch,
    settings: SETTINGS,
    rounds,
    batches,
    results,
  };
  writeFileSync(join(out, `training-${device}.json`), `${JSON.stringify(document, null, 2)}\n`);
}
