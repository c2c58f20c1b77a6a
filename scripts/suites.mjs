// Every test suite: what it needs, and how it is run and counted.
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import * as counts from "./counts.mjs";
import * as requirements from "./requirements.mjs";
import { attempt, root, run } from "./steps.mjs";

const reports = mkdtempSync(join(tmpdir(), "wideye-tests-"));
process.on("exit", () => rmSync(reports, { recursive: true }));
for (const [signal, status] of [
  ["SIGINT", 130],
  ["SIGTERM", 143],
]) {
  process.on(signal, () => process.exit(status));
}
const report = (name) => join(reports, `${name}.json`);
/**
 * Where the trainer's tests leave the model that parity checks, and the report that the browser opens. What runs
 * after them is told, and fails where they left nothing; without them it skips both.
 */
const shapes = { WIDEYE_SHAPES_OUT: join(reports, "shapes") };

/** Each is met at most once, before the first suite that needs it; what it returns joins the environment. */
export const needs = {
  rust: requirements.rust,
  npm: requirements.npmPackages,
  python: requirements.python,
  libtorch: requirements.libtorch,
  parallel: requirements.parallel,
  chromium: async () => ({ WIDEYE_CHROMIUM: await requirements.chromium() }),
  firefox: async () => ({ WIDEYE_FIREFOX: await requirements.firefox() }),
  webkit: requirements.webkit,
  wasm: async () => void (await run("cargo", ["xtask", "wasm", "--profile", "wasm-test"])),
  package: async () => void (await run("npm", ["run", "--silent", "build", "-w", "web"])),
  page: async () => void (await run("npm", ["run", "--silent", "build:page", "-w", "web"])),
};

const check = (command, args) => async (env) =>
  counts.ofCheck((await attempt(command, args, { env })).status);

const vitest = (name, command, args) => async (env) => {
  const file = report(name);
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${file}`];
  const { status } = await attempt(command, [...args, ...reporters], { env });
  return counts.judged(status, counts.ofVitest(file));
};

const nodeTests = (folder) => async (env) => {
  const files = readdirSync(join(root, folder))
    .filter((name) => name.endsWith(".test.mjs"))
    .map((name) => join(folder, name));
  const runner = ["--test", "--test-concurrency=1", "--test-reporter=tap", ...files];
  const { status, output } = await attempt(process.execPath, runner, { env });
  return counts.judged(status, counts.ofTap(output));
};

const playwright = (name) => async (env) => {
  const file = report(name);
  const runner = ["playwright", "test", "--config", join("tests", name), "--reporter=list,json"];
  const { status } = await attempt("npx", runner, { env: { ...env, PLAYWRIGHT_JSON_OUTPUT_FILE: file } });
  return counts.judged(status, counts.ofPlaywright(file));
};

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
    run: check("npx", ["biome", "ci", "--colors=off", "--error-on-warnings"]),
  },
  {
    name: "clippy",
    title: "Rust lints",
    needs: ["rust", "libtorch"],
    run: check("cargo", ["clippy", "--workspace", "--all-targets", "--", "--deny", "warnings"]),
  },
  {
    // The whole workspace at once: another selection of packages unifies features differently,
    // and would compile tract a second time.
    name: "rust",
    title: "core, classifier, wasm shell, command, trainer, xtask",
    needs: ["rust", "python", "libtorch", "parallel"],
    run: async (env) => {
      const test = ["test", "--workspace", "--no-fail-fast"];
      const { status, output } = await attempt("cargo", test, { env: Object.assign(env, shapes) });
      return counts.judged(status, counts.ofCargo(output));
    },
  },
  {
    name: "types",
    title: "TypeScript types",
    needs: ["rust", "npm", "wasm", "package"],
    run: check("npm", ["run", "--silent", "types"]),
  },
  {
    name: "unit",
    title: "TypeScript units",
    needs: ["rust", "npm", "wasm", "package"],
    run: vitest("unit", "npm", ["test", "-w", "web", "--"]),
  },
  {
    name: "repository",
    title: "arrows, pictures through wasm, samples, README, demo, the reports of the bench",
    needs: ["rust", "npm", "wasm", "package"],
    run: nodeTests(join("tests", "repository")),
  },
  {
    name: "tarball",
    title: "what would be published: files, manifest, types, sizes",
    needs: ["rust", "npm", "wasm"],
    run: nodeTests(join("tests", "tarball")),
  },
  {
    name: "package",
    title: "the packed package in bundlers, browsers and runtimes",
    needs: ["rust", "npm", "wasm", "chromium", "firefox", "webkit"],
    run: playwright("package"),
  },
  {
    // After the trainer, whose report it opens where it has run.
    name: "browser",
    title: "the package, <wide-eye> and the trainer's report in Chromium",
    needs: ["rust", "npm", "wasm", "package", "chromium"],
    run: playwright("browser"),
  },
  {
    name: "page",
    title: "the built page in browsers",
    needs: ["rust", "npm", "wasm", "package", "page", "chromium", "firefox", "webkit"],
    run: playwright("page"),
  },
  {
    // After the trainer, whose model it takes to the other engines where it has run.
    name: "parity",
    title: "libtorch, onnxruntime, native tract, wasm in Node and in Chromium agree",
    needs: ["rust", "npm", "wasm", "package", "python", "chromium"],
    run: vitest("parity", "npx", ["vitest", "run", "--config", join("tests", "parity", "vitest.config.mjs")]),
  },
];
