// The server of the built page: a file that the browser has already is not sent again.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";

import { serve } from "../../scripts/serve.mjs";

test("addresses that no file can have are not found, and the server goes on", async () => {
  const folder = mkdtempSync(join(tmpdir(), "wideye-serve-"));
  writeFileSync(join(folder, "otter.json"), "[1]");
  const { server, url } = await serve(folder, 0);
  try {
    for (const path of ["otter.json/x", "%00", "a".repeat(300), "none.json"]) {
      assert.equal((await fetch(url + path)).status, 404, path);
    }
    assert.equal((await fetch(`${url}otter.json`)).status, 200);
  } finally {
    server.close();
    rmSync(folder, { recursive: true });
  }
});

test("a file is sent again only once it has changed", async () => {
  const folder = mkdtempSync(join(tmpdir(), "wideye-serve-"));
  const file = join(folder, "otter.json");
  writeFileSync(file, "[1]");
  const { server, url } = await serve(folder, 0);
  try {
    const ask = (etag) => fetch(`${url}otter.json`, { headers: { "if-none-match": etag } });
    const first = await ask('"another"');
    assert.deepEqual([first.status, await first.text()], [200, "[1]"]);
    const etag = first.headers.get("etag");
    const second = await ask(etag);
    assert.deepEqual([second.status, await second.text()], [304, ""]);
    assert.equal(second.headers.get("etag"), etag);

    writeFileSync(file, "[2]");
    utimesSync(file, 0, 0);
    const third = await ask(etag);
    assert.deepEqual([third.status, await third.text()], [200, "[2]"]);
  } finally {
    server.close();
    rmSync(folder, { recursive: true });
  }
});
