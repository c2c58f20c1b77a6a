import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";

import { judged, ofCargo, ofPlaywright, ofTap, ofVitest } from "../../scripts/counts.mjs";

function written(report, read) {
  const folder = mkdtempSync(join(tmpdir(), "wideye-counts-"));
  try {
    const path = join(folder, "report.json");
    writeFileSync(path, JSON.stringify(report));
    return read(path);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test("libtest's summaries are added up", () => {
  const output = [
    "test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.01s",
    "a test that prints: test result: ok. 9 passed; 9 failed; 9 ignored",
    "test result: FAILED. 5 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 1.20s",
  ].join("\n");
  assert.deepEqual(ofCargo(output), { passed: 8, failed: 2, skipped: 1 });
});

test("a cancelled node test has failed", () => {
  const output = "# tests 9\n# suites 1\n# pass 4\n# fail 2\n# cancelled 1\n# skipped 2\n# todo 0\n";
  assert.deepEqual(ofTap(output), { passed: 4, failed: 3, skipped: 2 });
});

test("Vitest's report", () => {
  const report = { numPassedTests: 7, numFailedTests: 1, numPendingTests: 2, numTodoTests: 3 };
  assert.deepEqual(written(report, ofVitest), { passed: 7, failed: 1, skipped: 5 });
});

test("a flaky Playwright test has failed", () => {
  const report = { stats: { expected: 5, unexpected: 1, flaky: 2, skipped: 4 } };
  assert.deepEqual(written(report, ofPlaywright), { passed: 5, failed: 3, skipped: 4 });
});

test("a report that was never written counts nothing", () => {
  for (const read of [ofVitest, ofPlaywright]) {
    assert.deepEqual(read("/nonexistent/report.json"), { passed: 0, failed: 0, skipped: 0 });
  }
});

test("breaking off and running nothing are failures", () => {
  const table = [
    { status: 0, counts: { passed: 4, failed: 0, skipped: 0 }, failed: 0 },
    { status: 1, counts: { passed: 4, failed: 2, skipped: 0 }, failed: 2 },
    { status: 101, counts: { passed: 4, failed: 0, skipped: 0 }, failed: 1 },
    { status: null, counts: { passed: 0, failed: 0, skipped: 0 }, failed: 1 },
    { status: 0, counts: { passed: 0, failed: 0, skipped: 3 }, failed: 1 },
  ];
  for (const { status, counts, failed } of table) {
    assert.equal(judged(status, counts).failed, failed, `${status} ${JSON.stringify(counts)}`);
  }
});
