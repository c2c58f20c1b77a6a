// Every test suite: what it needs, and how it is run and counted.
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import * as counts from "./counts.mjs";
import * as requirements from "./requirements.mjs";
import { attempt, run } from "./steps.mjs";

const reports = mkdtempSync(join(tmpdir(), "wideye-tests-"));
const report = (name) => join(reports, `${name}.json`);

/** Each is met at most once, before the first suite that needs it; what it returns joins the environment. */
export const needs = {
  rust: requirements.rust,
  npm: requirements.npmPackages,
  python: requirements.python,
  libtorch: requirements.libtorch,
  chromium: async () => ({ WIDEYE_CHROMIUM: await requirements.chromium() }),
  wasm: async () => void (await run("cargo", ["xtask", "wasm", "--profile", "wasm-test"])),
  package: async () => void (await run("npm", ["run", "--silent", "build", "-w", "web"])),
  page: async () => void (await run("npm", ["run", "--silent", "build:page", "-w", "web"])),
};

const check = (command, args) => async (env) =>
  counts.ofCheck((await attempt(command, args, { env })).status);

const cargoTest = (args) => async (env) => {
  const { status, output } = await attempt("cargo", ["test", "--no-fail-fast", ...args], { env });
  return counts.judged(status, counts.ofCargo(output));
};

const clippy = (args) => check("cargo", ["clippy", "--all-targets", ...args, "--", "--deny", "warnings"]);

export const suites = [
  {
    name: "format",
    title: "Rust is formatted",
    needs: ["rust"],
    run: check("cargo", ["fmt", "--all", "--check"]),
  },
  {
    name: "lint",
    title: "TypeScript and scripts are formatted and linted",
    needs: ["npm"],
    run: check("npx", ["biome", "ci", "--error-on-warnings"]),
  },
  {
    name: "clippy",
    title: "Rust lints",
    needs: ["rust"],
    run: clippy([]),
  },
  {
    name: "rust",
    title: "core, classifier, wasm shell, command, xtask",
    needs: ["rust"],
    run: cargoTest([]),
  },
  {
    name: "types",
    title: "TypeScript types",
    needs: ["rust", "npm", "wasm"],
    run: check("npm", ["run", "--silent", "check", "-w", "web"]),
  },
  {
    name: "unit",
    title: "TypeScript units",
    needs: ["rust", "npm", "wasm"],
    run: async (env) => {
      const file = report("unit");
      const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${file}`];
      const { status } = await attempt("npm", ["test", "-w", "web", "--", ...reporters], { env });
      return counts.judged(status, counts.ofVitest(file));
    },
  },
  {
    name: "train-clippy",
    title: "Rust lints of the trainer",
    needs: ["rust", "libtorch"],
    run: clippy(["--package", "wideye-train"]),
  },
  {
    name: "train",
    title: "trainer: data, augmentation, networks, runs, export",
    needs: ["rust", "python", "libtorch"],
    run: cargoTest(["--package", "wideye-train"]),
  },
];
