// Times training steps and evaluation of wideye-train and of the same network in PyTorch, in turns.
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

import { median } from "../statistics.mjs";

const script = fileURLToPath(new URL("pytorch.py", import.meta.url));

/** The blocks of the networks, as crates/wideye-train/src/model.rs has them. */
const NETWORKS = {
  wide: {
    blocks: [
      { input: 3, output: 128 },
      { input: 128, output: 128, pool: true },
      { input: 128, output: 256 },
      { input: 256, output: 256, pool: true },
    ],
    features: 256,
  },
  res9: {
    blocks: [
      { input: 3, output: 64 },
      { input: 64, output: 128, pool: true },
      { channels: 128 },
      { input: 128, output: 256, pool: true },
      { input: 256, output: 512, pool: true },
      { channels: 512 },
    ],
    features: 512,
  },
};

/** What both sides are told. */
const SETTINGS = { classes: 100, batchSize: 128, momentum: 0.9, weightDecay: 5e-4, labelSmoothing: 0.1 };

/** A program that does a round for each line it is given. */
function paced(command, args, env) {
  const child = spawn(command, args, { stdio: ["pipe", "pipe", "inherit"], env: { ...process.env, ...env } });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const failed = new Promise((_, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`${command} ended with ${code}`)));
  });
  failed.catch(() => {});
  return {
    async round() {
      child.stdin.write("\n");
      const { value } = await Promise.race([lines.next(), failed]);
      return JSON.parse(value);
    },
    close: () => child.stdin.end(),
  };
}

/** Writes the rates of every network and precision to `out`, and prints a line for each. */
export async function runTrainingBench({ trainer, config, python, device, threads, rounds, batches, out }) {
  const results = [];
  const scratch = mkdtempSync(join(tmpdir(), "wideye-bench-"));
  let torch;
  try {
    for (const [name, network] of Object.entries(NETWORKS)) {
      for (const precision of ["bf16", "float32"]) {
        const model = join(scratch, "model.json");
        writeFileSync(model, JSON.stringify({ ...network, ...SETTINGS, precision, device, batches }));
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
        const env = { OMP_NUM_THREADS: `${threads}` };
        const sides = {
          wideye: paced(trainer, [...ours, ...overrides], env),
          pytorch: paced(python, [script, model], env),
        };
        await sides.wideye.round();
        const about = await sides.pytorch.round();
        torch = about.torch;
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
            what,
            imagesPerSecond: { wideye: median(rates("wideye")), pytorch: median(rates("pytorch")) },
            ratio: median(ratios),
            ratios,
          };
          results.push(row);
          const { wideye, pytorch } = row.imagesPerSecond;
          const numbers = `${wideye.toFixed(1)} against ${pytorch.toFixed(1)} images/s`;
          console.log(
            `${name}, ${precision}, ${what}: ${row.ratio.toFixed(3)} of PyTorch's rate (${numbers})`,
          );
        }
      }
    }
  } finally {
    rmSync(scratch, { recursive: true });
  }
  mkdirSync(out, { recursive: true });
  const machine = { cpu: cpus()[0].model, cores: cpus().length };
  const document = {
    schema: 1,
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
