// Compares training in wideye-train with PyTorch on the same libtorch, and writes bench/results. See bench/README.md.
//
//   npm run bench:training -- --python PYTHON            a Python that has PyTorch 2.11
//   npm run bench:training -- --python PYTHON --device cuda
//   npm run bench:training -- --python PYTHON --quick    few rounds, to try the harness; written to .cache/bench-quick
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";

import { runTrainingBench } from "../bench/training/run.mjs";
import * as requirements from "./requirements.mjs";
import { answer, main, root, run, StepError, step } from "./steps.mjs";

await main(async () => {
  const { values } = parseArgs({
    options: {
      python: { type: "string" },
      device: { type: "string", default: "cpu" },
      threads: { type: "string", default: `${availableParallelism()}` },
      trainer: { type: "string" },
      quick: { type: "boolean", default: false },
    },
  });
  if (!values.python) throw new StepError("no Python is named", "--python PYTHON, one with torch 2.11");
  const env = await step("libtorch", requirements.libtorch);
  Object.assign(process.env, env);
  if (!values.trainer)
    await step("wideye-train", () => run("cargo", ["build", "--release", "-p", "wideye-train"], { env }));
  const trainer = values.trainer ?? requirements.builtTrainer();
  await runTrainingBench({
    trainer,
    // Of another trainer it is not known.
    commit: values.trainer
      ? undefined
      : answer("git", ["describe", "--always", "--dirty", "--abbrev=40", "--exclude=*"]),
    config: join(root, "crates", "wideye-train", "experiments", "base.toml"),
    python: values.python,
    device: values.device,
    threads: Number(values.threads),
    rounds: values.quick ? 1 : 7,
    batches: values.quick ? 1 : 4,
    out: values.quick ? join(root, ".cache", "bench-quick") : join(root, "bench", "results"),
  });
});
