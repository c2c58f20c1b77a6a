// The reference: every name that the package exports is documented, and its links lead somewhere.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

import reference from "../../web/typedoc.config.mjs";

const web = fileURLToPath(new URL("../../web", import.meta.url));

test("each module that the package exports is in the reference", () => {
  const { exports } = JSON.parse(readFileSync(join(web, "package.json"), "utf8"));
  const modules = Object.keys(exports).filter((name) => exports[name].types);
  assert.deepEqual(
    reference.entryPoints,
    modules.map((name) => `src/${name === "." ? "index" : name.slice(2)}.ts`),
  );
  assert.ok(modules.length >= 4);
});

test("TypeDoc has no warning", () => {
  const { status, stdout, stderr } = spawnSync("npx", ["typedoc", "--emit", "none"], {
    cwd: web,
    encoding: "utf8",
  });
  assert.equal(status, 0, stdout + stderr);
  assert.doesNotMatch(stdout + stderr, /\[(warning|error)\]/);
});
