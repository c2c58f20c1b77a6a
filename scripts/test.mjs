// Runs every test suite of the repository and ends with one line that counts them all.
import { spawnSync } from "node:child_process";

const run = spawnSync("cargo", ["test", "--quiet"], { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });
process.stdout.write(run.stdout ?? "");
let passed = 0;
let failed = run.status === 0 ? 0 : 1;
for (const match of (run.stdout ?? "").matchAll(/(\d+) passed; (\d+) failed/g)) {
  passed += Number(match[1]);
  failed += Number(match[2]);
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
