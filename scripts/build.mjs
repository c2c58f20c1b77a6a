// Builds everything that ships: the wasm binary, the npm package and the page.
//
//   npm run build                         for release
//   npm run build -- --profile wasm-test  quick, without link-time optimisation
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

import * as requirements from "./requirements.mjs";
import { main, run, step } from "./steps.mjs";

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

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await main(async () => {
    const { values } = parseArgs({ options: { profile: { type: "string", default: "wasm" } } });
    await build(values.profile);
  });
}
