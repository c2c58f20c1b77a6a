// What would be published: the files, the manifest, the linters' verdict and the sizes.
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { after, before, test } from "node:test";

import { lint, sizes, table, tooLarge } from "../../scripts/check-package.mjs";
import { pack, publishedManifest } from "../../scripts/pack.mjs";
import { root } from "../../scripts/steps.mjs";

const scratch = mkdtempSync(join(tmpdir(), "wideye-tarball-"));
const unpacked = join(scratch, "package");
const source = JSON.parse(readFileSync(join(root, "web", "package.json"), "utf8"));
let tarball;
let manifest;
let files;

before(async () => {
  tarball = await pack(scratch);
  execFileSync("tar", ["xzf", tarball, "-C", scratch]);
  manifest = JSON.parse(readFileSync(join(unpacked, "package.json"), "utf8"));
  files = execFileSync("tar", ["tzf", tarball], { encoding: "utf8" })
    .trim()
    .split("\n")
    .map((path) => path.replace(/^package\//, ""));
});
after(() => rmSync(scratch, { recursive: true }));

test("it holds what the package needs, its documents, and nothing else", () => {
  const kinds = [
    /^(package\.json|README\.md|CHANGELOG\.md|LICENSE-(APACHE|MIT))$/,
    /^dist\/[\w/-]+\.(js|d\.ts)$/,
    /^dist\/(wideye|worker)\.min\.js$/,
    /^dist\/wideye\.min\.licences\.md$/,
    /^wasm\/(decoder|wideye)\.(js|d\.ts)$/,
    /^wasm\/(decoder|wideye|wideye-relaxed)\.wasm$/,
    /^models\/(index\.json|\w+\.(json|onnx))$/,
  ];
  assert.deepEqual(
    files.filter((path) => !kinds.some((kind) => kind.test(path))),
    [],
  );
  for (const kind of kinds)
    assert.ok(
      files.some((path) => kind.test(path)),
      `${kind}`,
    );
});

test("its documents are those of the repository", () => {
  for (const [name, path] of [
    ["README.md", "web/README.md"],
    ["CHANGELOG.md", "CHANGELOG.md"],
    ["LICENSE-APACHE", "LICENSE-APACHE"],
    ["LICENSE-MIT", "LICENSE-MIT"],
  ]) {
    assert.equal(readFileSync(join(unpacked, name), "utf8"), readFileSync(join(root, path), "utf8"), name);
  }
});

test("every address of the manifest leads to a file, types first", () => {
  const { exports, unpkg, jsdelivr } = manifest;
  const targets = Object.values(exports).flatMap((target) =>
    typeof target === "string" ? [target] : Object.values(target),
  );
  for (const target of [...targets, unpkg, jsdelivr]) {
    assert.match(target, /^\.\//);
    assert.ok(existsSync(join(unpacked, target.replace(/\*$/, ""))), target);
  }
  const modules = Object.entries(exports).filter(([, target]) => typeof target === "object");
  assert.deepEqual(
    modules.map(([name]) => name).filter((name) => !["./element"].includes(name)),
    [".", "./chart", "./inline", "./worker"],
  );
  for (const [name, target] of modules) {
    assert.deepEqual(Object.keys(target), ["types", "default"], name);
  }
});

test("it can be published, while the folder in the repository cannot", () => {
  assert.equal(source.private, true);
  for (const name of ["private", "scripts", "devDependencies"]) assert.equal(manifest[name], undefined, name);
  assert.deepEqual(manifest, JSON.parse(JSON.stringify(publishedManifest(source))));
  assert.deepEqual(
    Object.keys(manifest.dependencies).filter((name) => !name.startsWith("d3-")),
    [],
  );
});

for (const [module, moduleResolution] of [
  ["NodeNext", "NodeNext"],
  ["ESNext", "Bundler"],
]) {
  test(`its types need nothing but the DOM's, resolved as ${moduleResolution} does`, () => {
    const folder = join(scratch, moduleResolution);
    mkdirSync(join(folder, "node_modules"), { recursive: true });
    cpSync(unpacked, join(folder, "node_modules", "wideye"), { recursive: true });
    writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
    writeFileSync(
      join(folder, "main.ts"),
      `import { type Classification, createClassifier, topFiveChart } from "wideye";
import type { ChartResult } from "wideye/chart";
import * as inline from "wideye/inline";
import "wideye/worker";

const classifier = await (document.title ? createClassifier : inline.createClassifier)({ workers: "auto" });
const result: Classification & ChartResult = await classifier.classify("a.jpg", { topK: null });
document.body.append(topFiveChart(result));
const wrong: string = inline.ClassifierError;
`,
    );
    const strict = { strict: true, skipLibCheck: false, exactOptionalPropertyTypes: true, noEmit: true };
    const target = {
      target: "ES2022",
      lib: ["ES2022", "DOM", "DOM.Iterable", "DOM.AsyncIterable"],
      types: [],
    };
    const compilerOptions = { module, moduleResolution, ...strict, ...target };
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["main.ts"] }));
    const compiler = join(root, "node_modules", "typescript", "bin", "tsc");
    const { stdout } = spawnSync(process.execPath, [compiler, "-p", folder], { encoding: "utf8" });
    const errors = [...stdout.matchAll(/(\S+)\((\d+),\d+\): error (TS\d+)/g)].map(([, file, line, code]) =>
      [basename(file), Number(line), code].join(" "),
    );
    // The mistake in main.ts shows that types are looked at.
    assert.deepEqual(errors, ["main.ts 9 TS2322"], stdout);
  });
}

test("publint and are-the-types-wrong find nothing", () => lint(tarball));

test("no part is larger than its budget", async (t) => {
  const measured = await sizes(tarball);
  for (const line of table(measured).split("\n")) t.diagnostic(line);
  assert.ok(measured.every(({ bytes }) => bytes > 0));
  assert.deepEqual(tooLarge(measured), []);
});

test("a budget that is exceeded is found", () => {
  const parts = [
    { name: "within", bytes: 10, most: 10 },
    { name: "beyond", bytes: 11, most: 10 },
  ];
  assert.deepEqual(tooLarge(parts), [parts[1]]);
});
