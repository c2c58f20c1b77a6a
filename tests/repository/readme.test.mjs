// What the README says is true: its table, its commands, its code, its links.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

import { modelsPage } from "../../scripts/models-page.mjs";
import { accuracyTable, readCards, withAllSections, withTrainingRates } from "../../scripts/readme.mjs";
import { suites } from "../../scripts/suites.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));
const read = (path) => readFileSync(join(root, path), "utf8");
const documents = [
  "README.md",
  "ARCHITECTURE.md",
  "CONTRIBUTING.md",
  "bench/README.md",
  "docs/experiments.md",
  "docs/models.md",
  "docs/training.md",
  "web/README.md",
];

const card = (name, top1, test = { accuracy: { top1, top5: 0.9 }, greyscale: { top1: 0.5 } }) => ({
  name,
  test,
  parameters: 6_600_000,
  macs: 379_400_000,
  size_bytes: 26_400_000,
});

test("the table has a row for each measured model, the best first", () => {
  const cards = [card("a", 0.6), card("b", 0.7123), card("c", 0, null)];
  assert.deepEqual(accuracyTable(cards, "b").split("\n").slice(2), [
    "| **b** (default) | 71.2 % | 90.0 % | 50.0 % | 6.6 M | 379 M | 26.4 MB |",
    "| a | 60.0 % | 90.0 % | 50.0 % | 6.6 M | 379 M | 26.4 MB |",
  ]);
});

test("the README's tables are those of the cards and the kept runs", () => {
  assert.equal(withAllSections(read("README.md")), read("README.md"), "npm run readme");
});

test("the rates in docs/training.md are those of the kept runs", () => {
  const text = read("docs/training.md");
  assert.equal(withTrainingRates(text), text, "npm run readme");
});

test("docs/training.md names every field of the configurations", () => {
  const text = read("docs/training.md");
  const written = readCards().cards.flatMap(({ provenance }) =>
    Object.entries(provenance.config).flatMap(([name, value]) =>
      typeof value === "object" ? [name, ...Object.keys(value)] : [name],
    ),
  );
  // Those that are only in a configuration that needs them.
  const folders = ["configs", "experiments"].map((name) => join("crates/wideye-train", name));
  const files = folders.flatMap((folder) =>
    readdirSync(join(root, folder))
      .filter((name) => name.endsWith(".toml"))
      .map((name) => join(folder, name)),
  );
  const found = files.flatMap((file) => [...read(file).matchAll(/^"?(?:[a-z]+\.)?([a-z_]+)"? = /gm)]);
  const given = found.map(([, field]) => field);
  for (const field of new Set([...written, ...given, "stochastic_weight_averaging"])) {
    if (field !== "base") assert.ok(text.includes(`\`${field}\``), field);
  }
  for (const field of ["share", "widths", "distillation"]) assert.ok(given.includes(field), field);
});

test("the page of the models is that of the cards", () => {
  const { cards, defaultName } = readCards();
  const page = modelsPage(cards, defaultName);
  assert.equal(page, read("docs/models.md"), "npm run readme");
  assert.doesNotMatch(page, /NaN|undefined|null/);
  assert.ok(
    page.indexOf(`## ${defaultName}`) <
      Math.min(
        ...cards.filter(({ name }) => name !== defaultName).map(({ name }) => page.indexOf(`## ${name}`)),
      ),
  );
});

test("shell takes the commands of the documents", () => {
  const blocks = documents.flatMap((path) =>
    [...read(path).matchAll(/^```sh\n(.*?)^```$/gms)].map(([, block]) => [path, block]),
  );
  assert.ok(blocks.length > 5);
  for (const [path, block] of blocks) {
    assert.doesNotThrow(() => execFileSync("bash", ["-n"], { input: block }), path);
  }
});

test("the commands that trained a model are those of a shell, each override one word", () => {
  const words = 'wideye-train() { printf "%s\\n" "$@"; }';
  for (const { name, commands } of readCards().cards) {
    for (const command of commands) {
      const output = execFileSync("bash", ["-c", `${words}\n${command}`], { encoding: "utf8" });
      const [subcommand, ...options] = output.trimEnd().split("\n");
      assert.equal(subcommand, "train", name);
      for (const [position, word] of options.entries()) {
        assert.equal(word.startsWith("--"), position % 2 === 0, `${name}: ${word}`);
      }
    }
  }
});

test("every model has a card with its SHA-256, and the default exists", () => {
  const { cards, defaultName } = readCards();
  const files = readdirSync(join(root, "web/models")).filter((file) => file.endsWith(".onnx"));
  assert.deepEqual(
    files.map((file) => file.replace(".onnx", "")).sort(),
    cards.map(({ name }) => name).sort(),
  );
  assert.ok(files.includes(`${defaultName}.onnx`));
  for (const { name, sha256, size_bytes } of cards) {
    const bytes = readFileSync(join(root, "web/models", `${name}.onnx`));
    assert.equal(bytes.length, size_bytes, name);
    assert.equal(createHash("sha256").update(bytes).digest("hex"), sha256, name);
  }
});

test("the documents' commands exist", () => {
  const scripts = Object.keys(JSON.parse(read("package.json")).scripts);
  const crates = readdirSync(join(root, "crates"));
  const names = suites.map(({ name }) => name);
  let checked = 0;
  for (const document of documents) {
    const text = read(document);
    for (const [, script] of text.matchAll(/npm run ([\w:]+)/g)) {
      assert.ok(scripts.includes(script), `${document}: npm run ${script}`);
      checked += 1;
    }
    for (const [, chosen] of text.matchAll(/npm test -- ([a-z][\w -]*)/g)) {
      for (const name of chosen.trim().split(" "))
        assert.ok(names.includes(name), `${document}: suite ${name}`);
      checked += 1;
    }
    for (const [, crate] of text.matchAll(/cargo (?:run|test)[^\n`]* -p ([\w-]+)/g)) {
      assert.ok(crates.includes(crate), `${document}: crate ${crate}`);
      checked += 1;
    }
    for (const [, path] of text.matchAll(/(?<![\w/.])((?:web|crates|scripts|tests|bench)\/[\w./-]*\w)/g)) {
      if (/NAME|BROWSER|^web\/(dist|docs-api|wasm)|^bench\/(results|node_modules)/.test(path)) continue;
      assert.ok(existsSync(join(root, path)), `${document}: ${path}`);
      checked += 1;
    }
  }
  assert.ok(checked > 20, `only ${checked} were found`);
});

test("the documents' links lead to files", () => {
  for (const document of documents) {
    for (const [, target] of read(document).matchAll(/\]\((?!https?:)([^)#]+)/g)) {
      assert.ok(existsSync(join(root, dirname(document), target)), `${document}: ${target}`);
    }
  }
});

test("the README's screenshots exist and are small", () => {
  const pictures = [...read("README.md").matchAll(/(?:src|srcset)="(docs\/screens\/[^"]+)"/g)];
  assert.ok(pictures.length > 0);
  for (const [, path] of pictures) assert.ok(statSync(join(root, path)).size < 250_000, path);
});

test("the TypeScript of both READMEs compiles against the built package", () => {
  const text = read("README.md") + read("web/README.md");
  const blocks = [...text.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code]) => code);
  assert.ok(blocks.length > 0);
  // Below web, where the package is found by its name, in a folder that git ignores.
  const folder = join(root, "web", "dist-page", ".readme");
  mkdirSync(folder, { recursive: true });
  try {
    for (const [i, code] of blocks.entries()) writeFileSync(join(folder, `${i}.ts`), code);
    const config = { extends: "../../page/tsconfig.json", include: ["*.ts"] };
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(config));
    execFileSync("npx", ["tsc", "-p", folder], { cwd: root, encoding: "utf8" });
  } catch (error) {
    assert.fail(error.stdout || error.message);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
