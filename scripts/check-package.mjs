// Checks a packed tarball: what publint and "are the types wrong" say, and what a page pays for its parts.
//
//   npm run check:package -- TARBALL
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { brotliCompressSync } from "node:zlib";

import { npmPackages } from "./requirements.mjs";
import { answer, attempt, isMain, main, root, run, StepError, step } from "./steps.mjs";

/** What is measured of a bundle, in bytes after brotli, and the most that it may be. */
const bundles = [
  {
    name: "createClassifier, with its worker",
    code: 'export { createClassifier } from "wideye"',
    most: 25_000,
  },
  { name: "topFiveChart, with D3", code: 'export { topFiveChart } from "wideye/chart"', most: 20_000 },
  { name: "ClassifierError alone", code: 'export { ClassifierError } from "wideye"', most: 500 },
];
/** Files of the package, in bytes after brotli. */
const scripts = [
  { name: "wideye.min.js", path: "dist/wideye.min.js", most: 35_000 },
  { name: "worker.min.js", path: "dist/worker.min.js", most: 12_000 },
];
/** Two thirds are the default model, which `wideye/inline` holds a second time. */
const TARBALL_BYTES = 20_000_000;

/** Runs both linters; throws with what they found. */
export async function lint(tarball) {
  const manifest = JSON.parse(answer("tar", ["xzOf", tarball, "package/package.json"]));
  // Files that nobody imports have no types.
  const files = Object.keys(manifest.exports).filter((name) => /\.wasm$|\*$/.test(name));
  const types = ["attw", tarball, "--profile", "esm-only", "--format", "ascii", "--no-emoji"];
  await run("npx", ["--no", ...types, "--exclude-entrypoints", ...files], { advice: "see the table above" });
  const { status, output } = await attempt("npx", ["--no", "publint", "run", tarball, "--strict"]);
  if (status !== 0 || !output.includes("All good!")) {
    throw new StepError("publint has something to say about web/package.json", "see its advice above");
  }
}

/** Returns what parts of the package weigh: `{ name, bytes, most }`. */
export async function sizes(tarball) {
  // Below node_modules, where the package's dependencies are found.
  const folder = mkdtempSync(join(root, "node_modules", ".wideye-"));
  try {
    await run("tar", ["xzf", tarball, "-C", folder]);
    const package_ = join(folder, "package");
    const measured = [];
    for (const { code, ...budget } of bundles) {
      measured.push({ ...budget, bytes: await bundledBytes(package_, code) });
    }
    for (const { path, ...budget } of scripts) {
      measured.push({ ...budget, bytes: brotliBytes(readFileSync(join(package_, path))) });
    }
    return [...measured, { name: "tarball", bytes: statSync(tarball).size, most: TARBALL_BYTES }];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The size of all scripts that Vite makes of a module which imports the package. */
async function bundledBytes(package_, code) {
  const { build } = await import("vite");
  const entry = join(package_, "entry.js");
  writeFileSync(
    entry,
    code.replace(/"wideye(\/\w+)?"/, (_, subpath = "/index") => `"./dist${subpath}.js"`),
  );
  const { output } = await build({
    root: package_,
    configFile: false,
    logLevel: "warn",
    worker: { format: "es" },
    build: {
      target: "es2022",
      write: false,
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      rolldownOptions: { input: entry, preserveEntrySignatures: "strict" },
    },
  });
  const texts = output
    .filter(({ fileName }) => fileName.endsWith(".js"))
    .map(({ code, source }) => code ?? source);
  return texts.reduce((sum, text) => sum + brotliBytes(text), 0);
}

const brotliBytes = (text) => brotliCompressSync(text).length;

/** The figures as lines of text. */
export const table = (measured) =>
  measured
    .map(({ name, bytes, most }) => {
      const figures = [bytes, most].map((n) => `${(n / 1000).toFixed(1)} kB`.padStart(12));
      return `    ${name.padEnd(36)}${figures[0]} of${figures[1]}`;
    })
    .join("\n");

export const tooLarge = (measured) => measured.filter(({ bytes, most }) => bytes > most);

/** Checks everything; throws where something is wrong. */
export async function checkPackage(tarball) {
  await step("publint and the types", () => lint(tarball));
  await step("sizes", async () => {
    const measured = await sizes(tarball);
    console.log(table(measured));
    const [first] = tooLarge(measured);
    if (first) throw new StepError(`${first.name} has ${first.bytes} bytes, more than ${first.most}`);
  });
}

if (isMain(import.meta.url)) {
  await main(async () => {
    const { positionals } = parseArgs({ allowPositionals: true });
    if (positionals.length !== 1)
      throw new StepError("no tarball is named", "npm run pack, then name what it wrote");
    const tarball = resolve(positionals[0]);
    if (!existsSync(tarball)) throw new StepError(`there is no ${tarball}`, "npm run pack");
    await npmPackages();
    await checkPackage(tarball);
  });
}
