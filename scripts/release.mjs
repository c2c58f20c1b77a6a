// Builds, checks and packs a release, and writes checksums and an SBOM beside the tarball. Publishes nothing.
//
//   npm run release                     into release/VERSION
//   npm run release -- --out DIR        elsewhere
//   npm run release -- --skip-tests     where `npm test` has just passed on this commit
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { parseArgs } from "node:util";

import { build } from "./build.mjs";
import { checkPackage } from "./check-package.mjs";
import { pack } from "./pack.mjs";
import { sbom } from "./sbom.mjs";
import { answer, isMain, main, root, run, StepError, step } from "./steps.mjs";

const CHECKSUMS = "SHA256SUMS";

/** The version that each file names: `{ file: version }`, undefined where it names none. */
export function versions(read) {
  return {
    "Cargo.toml": read("Cargo.toml").match(/^\[workspace\.package\]\nversion = "(.+)"$/m)?.[1],
    "web/package.json": JSON.parse(read("web/package.json")).version,
    "CHANGELOG.md": read("CHANGELOG.md").match(/^## \[(\d.*?)\] - \d{4}-\d\d-\d\d$/m)?.[1],
  };
}

/** Returns the version that all files name; throws where they differ, or changes belong to no version. */
export function agreedVersion(read) {
  const named = versions(read);
  const [first, ...rest] = Object.values(named);
  if (first === undefined || rest.some((version) => version !== first)) {
    const found = Object.entries(named).map(([file, version]) => `${file} ${version ?? "none"}`);
    throw new StepError(
      `expected one version, found ${found.join(", ")}`,
      "write the same into each; in CHANGELOG.md as a heading like ## [1.2.3] - 2026-01-31",
    );
  }
  if (/^## \[Unreleased\]\s+(?!## )\S/m.test(read("CHANGELOG.md"))) {
    throw new StepError(
      "CHANGELOG.md has unreleased changes",
      `move them under the heading of version ${first}`,
    );
  }
  return first;
}

/** Throws where the tree has changes that no commit holds. */
function requireCleanTree() {
  const changes = answer("git", ["status", "--porcelain"]);
  if (changes === undefined) throw new StepError("this is no git repository", "release from a clone");
  if (changes === "") return;
  throw new StepError(`the tree has changes:\n${changes}`, "commit or remove them");
}

/** The files of a folder with their SHA-256, as `sha256sum --check` reads it. */
export function checksums(folder) {
  return readdirSync(folder)
    .filter((file) => file !== CHECKSUMS)
    .sort()
    .map((file) => {
      const hash = createHash("sha256").update(readFileSync(join(folder, file)));
      return `${hash.digest("hex")}  ${file}\n`;
    })
    .join("");
}

async function release(given, skipTests) {
  const version = agreedVersion((path) => readFileSync(join(root, path), "utf8"));
  requireCleanTree();
  const out = resolve(given ?? join(root, "release", version));
  const inside = relative(root, out);
  if (!inside.startsWith("..") && answer("git", ["check-ignore", "--quiet", inside]) === undefined) {
    throw new StepError(`${out} is in the tree, which a release leaves as it is`, "name a folder elsewhere");
  }
  if (existsSync(out) && readdirSync(out).length) {
    throw new StepError(`${out} is not empty`, "remove it, or name another with --out");
  }
  if (!skipTests) await step("tests", () => run(process.execPath, [join("scripts", "test.mjs")]));
  // After the tests, which build a wasm of their own.
  await build("wasm");
  const tarball = await pack(out);
  await checkPackage(tarball);
  await step("SBOM and checksums", () => {
    writeFileSync(join(out, `wideye-${version}.cdx.json`), `${JSON.stringify(sbom(), null, 2)}\n`);
    writeFileSync(join(out, CHECKSUMS), checksums(out));
  });
  requireCleanTree();
  console.log(`\nThe release is in ${out}. Nothing is published; that would be\n  npm publish ${tarball}`);
}

if (isMain(import.meta.url)) {
  await main(async () => {
    const { values } = parseArgs({
      options: { out: { type: "string" }, "skip-tests": { type: "boolean", default: false } },
    });
    await release(values.out, values["skip-tests"]);
  });
}
