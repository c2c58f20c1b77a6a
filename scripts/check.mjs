// Checks formatting, lints and types as `npm test` does, all but the lints of wideye-train, which needs libtorch.
//
//   npm run check            report what is wrong
//   npm run check -- --fix   correct what can be corrected first
import * as requirements from "./requirements.mjs";
import { main, run, StepError, step } from "./steps.mjs";

await main(async () => {
  const arguments_ = process.argv.slice(2);
  const fix = arguments_.includes("--fix");
  const unknown = arguments_.find((argument) => argument !== "--fix");
  if (unknown) throw new StepError(`unknown argument ${unknown}`, "npm run check -- --fix");

  await step("tools", async () => {
    await requirements.rust();
    await requirements.npmPackages();
  });
  await step("format", async () => {
    await run("cargo", ["fmt", "--all", ...(fix ? [] : ["--check"])], { advice: "npm run check -- --fix" });
    await run(
      "npx",
      fix ? ["biome", "check", "--write"] : ["biome", "ci", "--colors=off", "--error-on-warnings"],
      {
        advice: "npm run check -- --fix",
      },
    );
  });
  await step("Rust lints", () => run("cargo", ["clippy", "--all-targets", "--", "--deny", "warnings"]));
  await step("TypeScript types", async () => {
    await run("cargo", ["xtask", "wasm", "--profile", "wasm-test"]);
    await run("npm", ["run", "--silent", "build", "-w", "web"]);
    await run("npm", ["run", "--silent", "types"]);
  });
});
