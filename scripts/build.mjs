// Builds everything that ships: the wasm binary, the npm package and the page.
//
//   npm run build                         for release
//   npm run build -- --profile wasm-test  quick, without link-time optimisation
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";

import * as requirements from "./requirements.mjs";
import { isMain, main, root, run, StepError, step } from "./steps.mjs";

/** Where `cargo xtask wasm` says with which profile it built what is beside it. */
export const PROFILE = join(root, "web", "wasm", "profile");

/** Throws where the wasm that is there is not a release's. */
export function requireRelease() {
  const profile = existsSync(PROFILE) ? readFileSync(PROFILE, "utf8").trim() : undefined;
  if (profile === "wasm") return;
  throw new StepError(
    profile
      ? `web/wasm is a build of profile ${profile}, for tests`
      : "web/wasm is not built, or not to its end",
    "npm run build",
  );
}

/** Builds the wasm binary under a profile of Cargo.toml, then the package, then the page. */
export async function build(profile) {
  await step("Rust, its wasm target and the npm packages", async () => {
    await requirements.rust();
    await requirements.npmPackages();
  });
  await step("generator of the wasm bindings", () => run("cargo", ["build", "--package", "xtask"]));
  const duration = profile === "wasm" ? "link-time optimised, the longest step" : "quick";
  await step(`wasm binary (profile ${profile}: ${duration})`, () =>
    run("cargo", ["xtask", "wasm", "--profile", profile], {
      advice: "see the compiler's message above; a full disk or memory also ends a build",
    }),
  );
  await step("npm package in web/dist", () => run("npm", ["run", "--silent", "build", "-w", "web"]));
  await step("page in web/dist-page, and as one file in web/dist-single", () =>
    run("npm", ["run", "--silent", "build:page", "-w", "web"]),
  );
}

if (isMain(import.meta.url)) {
  await main(async () => {
    const { values } = parseArgs({ options: { profile: { type: "string", default: "wasm" } } });
    await build(values.profile);
  });
}
