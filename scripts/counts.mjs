// Reads how many tests passed and failed from what each test runner writes.
import { existsSync, readFileSync } from "node:fs";

const none = { passed: 0, failed: 0, skipped: 0 };

const add = (a, b) => ({
  passed: a.passed + b.passed,
  failed: a.failed + b.failed,
  skipped: a.skipped + b.skipped,
});

/** A check is one test: it holds or it does not. */
export const ofCheck = (status) => ({ ...none, passed: status === 0 ? 1 : 0, failed: status === 0 ? 0 : 1 });

/** libtest's summary lines, one for each test binary. */
export function ofCargo(output) {
  const summary = /^test result: \w+\. (\d+) passed; (\d+) failed; (\d+) ignored/gm;
  return [...output.matchAll(summary)]
    .map(([, passed, failed, skipped]) => ({ passed: +passed, failed: +failed, skipped: +skipped }))
    .reduce(add, none);
}

/** Node's test runner, whose TAP output ends with one line for each outcome. */
export function ofTap(output) {
  const count = (name) => Number(output.match(new RegExp(`^# ${name} (\\d+)$`, "m"))?.[1] ?? 0);
  return { passed: count("pass"), failed: count("fail") + count("cancelled"), skipped: count("skipped") };
}

/** Vitest's JSON report. */
export function ofVitest(path) {
  if (!existsSync(path)) return none;
  const report = JSON.parse(readFileSync(path, "utf8"));
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

/** Playwright's JSON report; a test that passed only on a retry counts as failed. */
export function ofPlaywright(path) {
  if (!existsSync(path)) return none;
  const { stats } = JSON.parse(readFileSync(path, "utf8"));
  return { passed: stats.expected, failed: stats.unexpected + stats.flaky, skipped: stats.skipped };
}

/** A suite that broke off, or ran nothing, has failed even where its report counts no failure. */
export function judged(status, counts) {
  const brokeOff = status !== 0 && counts.failed === 0;
  const ranNothing = counts.passed + counts.failed === 0;
  return brokeOff || ranNothing ? { ...counts, failed: counts.failed + 1 } : counts;
}
