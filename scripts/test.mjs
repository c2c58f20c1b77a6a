// Sets up what the tests need, runs every suite, or those named, and counts their tests.
//
//   npm test                 everything
//   npm test -- rust unit    some suites
//   npm test -- --list       what there is
import { elapsed, main, StepError, step } from "./steps.mjs";
import { needs, suites } from "./suites.mjs";

await main(async () => {
  const names = process.argv.slice(2);
  if (names.includes("--list")) {
    for (const { name, title } of suites) console.log(`${name.padEnd(14)}${title}`);
    return;
  }
  const unknown = names.find((name) => !suites.some((suite) => suite.name === name));
  if (unknown) throw new StepError(`unknown suite ${unknown}`, "npm test -- --list");

  const chosen = names.length ? suites.filter(({ name }) => names.includes(name)) : suites;
  const results = [];
  const met = new Map();
  const environment = { CARGO_TERM_COLOR: "never", NO_COLOR: "1" };

  for (const suite of chosen) {
    const since = performance.now();
    const result = await step(suite.title, () => outcome(suite)).catch((error) => {
      console.error(`error: ${error.message}`);
      if (error.advice) console.error(`try: ${error.advice}`);
      return { passed: 0, failed: 1, skipped: 0 };
    });
    results.push({ ...result, name: suite.name, time: elapsed(since) });
  }

  async function outcome(suite) {
    for (const need of suite.needs) {
      if (!met.has(need)) met.set(need, meet(need));
      await met.get(need);
    }
    return suite.run(environment);
  }

  async function meet(need) {
    await step(`setting up: ${need}`, async () => Object.assign(environment, await needs[need](environment)));
  }

  const total = (key) => results.reduce((sum, result) => sum + result[key], 0);
  console.log(
    `\n${"suite".padEnd(14)}${"passed".padStart(8)}${"failed".padStart(8)}${"skipped".padStart(9)}  time`,
  );
  for (const { name, passed, failed, skipped, time } of results) {
    const cells = [
      name.padEnd(14),
      `${passed}`.padStart(8),
      `${failed}`.padStart(8),
      `${skipped}`.padStart(9),
    ];
    console.log(`${cells.join("")}  ${time}`);
  }
  console.log(`\n${total("passed")} passed, ${total("failed")} failed`);
  if (total("failed")) process.exitCode = 1;
});
