// Who may import whom, as ARCHITECTURE.md draws it.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));

const crates = JSON.parse(
  execFileSync("cargo", ["metadata", "--no-deps", "--format-version", "1"], {
    cwd: root,
    maxBuffer: 1 << 26,
    stdio: ["ignore", "pipe", "ignore"],
  }),
).packages.map(({ name, dependencies }) => ({ name, dependencies: dependencies.map((d) => d.name) }));

const owners = [
  { family: /^(tch|torch-sys)$/, owner: "wideye-train" },
  { family: /^tract(-|$)/, owner: "wideye-classifier" },
  {
    family: /^(wasm-bindgen|js-sys|web-sys|serde-wasm-bindgen|console_error_panic_hook)$/,
    owner: "wideye-wasm",
  },
];

const crateArrows = {
  "wideye-core": [],
  "wideye-kernels": [],
  "wideye-classifier": ["wideye-core", "wideye-kernels"],
  "wideye-wasm": ["wideye-classifier", "wideye-core"],
  "wideye-cli": ["wideye-classifier", "wideye-core"],
  "wideye-train": ["wideye-classifier", "wideye-core"],
  xtask: [],
};

for (const { family, owner } of owners) {
  test(`only ${owner} depends on ${family.source}`, () => {
    const users = crates.filter(({ dependencies }) => dependencies.some((name) => family.test(name)));
    assert.deepEqual(
      users.map(({ name }) => name),
      [owner],
    );
  });
}

test("crates depend on each other only along the arrows", () => {
  const ours = new Set(crates.map(({ name }) => name));
  assert.deepEqual([...ours].sort(), Object.keys(crateArrows).sort());
  for (const { name, dependencies } of crates) {
    const against = dependencies.filter((d) => ours.has(d) && !crateArrows[name].includes(d));
    assert.deepEqual(against, [], `${name} depends on ${against}`);
  }
});

const modules = (folder) =>
  sources(join(root, folder)).map((path) => ({
    path: relative(root, path),
    text: readFileSync(path, "utf8"),
    imports: importsOf(path),
  }));

const sources = (folder) =>
  execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard", "--", folder], {
    cwd: root,
    encoding: "utf8",
  })
    .split("\n")
    .filter((path) => path.endsWith(".ts"))
    .map((path) => join(root, path));

/** What a module imports: packages by name, files by their path from the root. */
function importsOf(path) {
  const text = readFileSync(path, "utf8").replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, "");
  const statement = /\b(?:from|import)\s*\(?\s*"([^"\n]+)"/g;
  return [...text.matchAll(statement)].map(([, name]) =>
    name.startsWith(".") ? relative(root, join(dirname(path), name)) : name,
  );
}

/** What the page may import besides: its own dependencies, and the version. */
const ofThePage = ["d3-dsv", "d3-selection", "wideye/package.json"];

test("the page imports nothing of the package but its public names", () => {
  const page = modules("web/page/src");
  assert.ok(page.length > 0);
  for (const { path, imports } of page) {
    const exported = /^wideye(\/\w+|\/models\/[\w-]+\.(json|onnx\?url))?$/;
    const against = imports.filter(
      (name) => !name.startsWith("web/page/") && !ofThePage.includes(name) && !exported.test(name),
    );
    assert.deepEqual(against, [], `${path} imports ${against}`);
  }
});

test("the element imports nothing of the package but its public names, and how both have styles", () => {
  const element = modules("web/src").filter(({ path }) => /^web\/src\/element(\.ts$|\/)/.test(path));
  assert.ok(element.length > 1);
  for (const { path, imports } of element) {
    const against = imports.filter((name) => !/^web\/src\/(index\.js$|sheet\.js$|element\/)/.test(name));
    assert.deepEqual(against, [], `${path} imports ${against}`);
  }
});

test("nothing but its entry imports the element, so that only who asks for it defines it", () => {
  const users = modules("web/src").filter(
    ({ path, imports }) =>
      !path.startsWith("web/src/element/") && imports.some((name) => /^web\/src\/element\b/.test(name)),
  );
  assert.deepEqual(
    users.map(({ path }) => path),
    ["web/src/element.ts"],
  );
});

test("only the engine and the decoder know their generated bindings", () => {
  const users = modules("web/src").flatMap(({ path, imports }) =>
    imports.filter((name) => name.startsWith("web/wasm/")).map((name) => [path, name]),
  );
  assert.deepEqual(users, [
    ["web/src/decoder.ts", "web/wasm/decoder.js"],
    ["web/src/engine.ts", "web/wasm/wideye.js"],
  ]);
});

test("the chart imports no inference", () => {
  const charts = modules("web/src").filter(({ path }) => path.startsWith("web/src/chart"));
  assert.ok(charts.length > 0);
  for (const { path, imports } of charts) {
    const against = imports.filter((name) => !/^(d3-|web\/src\/(chart|sheet))/.test(name));
    assert.deepEqual(against, [], `${path} imports ${against}`);
  }
});

test("the heatmap imports the result's types and the errors alone", () => {
  const [heatmap] = modules("web/src/heatmap.ts");
  assert.deepEqual(heatmap.imports.sort(), ["web/src/classification.js", "web/src/errors.js"]);
});

test("addresses of the package's files are named in one place", () => {
  const users = modules("web/src").filter(({ text }) => /new URL\([^)]*import\.meta\.url/.test(text));
  assert.deepEqual(users.map(({ path }) => path).sort(), ["web/src/assets.ts"]);
});

test("the inline build reaches no address of a file, so that bundlers copy none", () => {
  const all = new Map(modules("web/src").map(({ path, imports }) => [path, imports]));
  const reached = new Set(["web/src/inline.ts"]);
  for (const path of reached) {
    for (const name of all.get(path) ?? []) reached.add(name.replace(/\.js$/, ".ts"));
  }
  assert.ok(reached.has("web/src/engine.ts"));
  for (const name of ["assets", "default-model"]) assert.ok(!reached.has(`web/src/${name}.ts`), name);
});
