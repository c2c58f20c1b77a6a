// The README's first command, with a quick build: five bars, then a page that can be fetched.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));

test("npm run demo prints five classes and serves the page", { timeout: 3_000_000 }, async () => {
  const options = ["--profile", "wasm-test", "--port", "0"];
  const demo = spawn(process.execPath, ["scripts/demo.mjs", ...options], {
    cwd: root,
    stdio: ["ignore", "pipe", "pipe"],
  });
  try {
    const output = await outputUntil(demo, /The page is at (\S+)/);
    const bars = [...output.matchAll(/^ {4}(\w+) +([\d.]+) % {2}█*$/gm)];
    assert.equal(bars.length, 5, output);
    const percentages = bars.map(([, , percentage]) => Number(percentage));
    assert.deepEqual(
      percentages,
      percentages.toSorted((a, b) => b - a),
    );

    const [, url] = output.match(/The page is at (\S+)/);
    const page = await fetch(url);
    assert.equal(page.status, 200);
    assert.match(page.headers.get("content-type"), /^text\/html/);
    const html = await page.text();
    const [, script] = html.match(/<script[^>]+src="([^"]+)"/);
    assert.equal(
      (await fetch(new URL(script, url))).headers.get("content-type"),
      "text/javascript; charset=utf-8",
    );
    for (const outside of ["../package.json", "%2e%2e/package.json", "..%2fpackage.json", "nothing-here"]) {
      assert.notEqual((await fetch(new URL(outside, url))).status, 200, outside);
    }
  } finally {
    demo.kill();
  }
});

function outputUntil(child, pattern) {
  return new Promise((resolve, reject) => {
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8");
      stream.on("data", (text) => {
        output += text;
        if (pattern.test(output)) resolve(output);
      });
    }
    child.on("close", (status) => reject(new Error(`the demo ended with ${status}:\n${output}`)));
  });
}
