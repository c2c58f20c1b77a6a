// Compares the built wasm with other engines in one browser, or measures the page, and writes bench/results. See
// bench/README.md.
//
//   npm run bench                        in Chromium, everything built for release first
//   npm run bench -- --browser firefox   in Firefox, wall time instead of CPU time
//   npm run bench -- page                the built page in Chromium
//   npm run bench -- --no-build          with the wasm, package and page that are there
//   npm run bench -- --quick             few rounds and pictures, to try the harness; written to .cache/bench-quick
import { join } from "node:path";
import { parseArgs } from "node:util";

import { build, requireRelease } from "./build.mjs";
import * as requirements from "./requirements.mjs";
import { main, root, StepError, step } from "./steps.mjs";

const BROWSERS = { chromium: requirements.chromium, firefox: requirements.firefox };

await main(async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      browser: { type: "string", default: "chromium" },
      "no-build": { type: "boolean", default: false },
      quick: { type: "boolean", default: false },
    },
  });
  const out = values.quick ? join(root, ".cache", "bench-quick") : join(root, "bench", "results");
  const [subject = "engines", ...others] = positionals;
  if (!["engines", "page"].includes(subject) || others.length)
    throw new StepError(`nothing to measure is called ${positionals.join(" ")}`, "npm run bench -- page");
  const prepareBuild = async () => {
    if (!values["no-build"]) await build("wasm");
    else if (!values.quick) requireRelease();
  };
  if (subject === "page") {
    if (values.browser !== "chromium") {
      throw new StepError("the page is measured in Chromium alone", "npm run bench -- page");
    }
    await requirements.npmPackages();
    const executable = await requirements.chromium();
    await prepareBuild();
    const { runPageBench } = await import("../bench/page.mjs");
    await runPageBench({ executable, rounds: values.quick ? 1 : 5, out });
    return;
  }
  const browserName = values.browser;
  if (!(browserName in BROWSERS)) {
    throw new StepError(`unknown browser ${browserName}`, `one of ${Object.keys(BROWSERS).join(", ")}`);
  }
  if (browserName === "chromium" && process.platform !== "linux") {
    throw new StepError(
      "a thread's CPU time is read from Linux's /proc",
      "npm run bench -- --browser firefox",
    );
  }
  const { executable, python } = await step("peers, browser and Python packages", async () => {
    await requirements.npmPackages();
    await requirements.benchPackages();
    return { executable: await BROWSERS[browserName](), python: await requirements.python() };
  });
  await prepareBuild();

  const { runBench } = await import("../bench/run.mjs");
  await runBench({
    browserName,
    executable,
    python,
    images: values.quick ? 50 : 1000,
    rounds: values.quick ? 3 : 15,
    out,
  });
});
