// What a release refuses, and what it writes beside the tarball; none of it builds anything.
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";

import { agreedVersion, checksums, versions } from "../../scripts/release.mjs";
import { lockedChecksums, sbom } from "../../scripts/sbom.mjs";
import { root } from "../../scripts/steps.mjs";

const scratch = mkdtempSync(join(tmpdir(), "wideye-release-"));
after(() => rmSync(scratch, { recursive: true }));

const texts = ({
  cargo = "1.2.3",
  npm = "1.2.3",
  changelog = "## [Unreleased]\n\n## [1.2.3] - 2026-01-31\n",
}) => ({
  "Cargo.toml": `[workspace]\nmembers = []\n\n[workspace.package]\nversion = "${cargo}"\n`,
  "web/package.json": JSON.stringify({ name: "wideye", version: npm }),
  "CHANGELOG.md": `# Changelog\n\n${changelog}`,
});
const agreed = (files) => agreedVersion((path) => texts(files)[path]);

test("files that agree name the release", () => {
  assert.equal(agreed({}), "1.2.3");
});

for (const [title, files, message] of [
  ["another version of the crates", { cargo: "1.2.4" }, /Cargo\.toml 1\.2\.4, web\/package\.json 1\.2\.3/],
  ["another version of the package", { npm: "2.0.0" }, /web\/package\.json 2\.0\.0/],
  ["no version in the changelog", { changelog: "## [Unreleased]\n" }, /CHANGELOG\.md none/],
  ["an undated version", { changelog: "## [1.2.3]\n" }, /CHANGELOG\.md none/],
  [
    "changes of no version",
    { changelog: "## [Unreleased]\n\n### Added\n\n- a\n\n## [1.2.3] - 2026-01-31\n" },
    /unreleased changes/,
  ],
]) {
  test(`it refuses ${title}`, () => assert.throws(() => agreed(files), message));
}

test("the crates and the package of this repository have one version", () => {
  const named = versions((path) => readFileSync(join(root, path), "utf8"));
  assert.match(named["Cargo.toml"], /^\d+\.\d+\.\d+/);
  assert.equal(named["Cargo.toml"], named["web/package.json"]);
});

test("it refuses changes that are not committed, before it does anything", () => {
  const folder = join(scratch, "repository");
  cpSync(join(root, "scripts"), join(folder, "scripts"), { recursive: true });
  mkdirSync(join(folder, "web"));
  for (const [path, text] of Object.entries(texts({}))) writeFileSync(join(folder, path), text);
  const git = (...args) => execFileSync("git", args, { cwd: folder, stdio: "pipe" });
  git("init", "--quiet");
  git("add", "--all");
  git(
    "-c",
    "user.name=a",
    "-c",
    "user.email=a@b",
    "-c",
    "commit.gpgsign=false",
    "commit",
    "--no-verify",
    "--quiet",
    "--message",
    "all",
  );
  writeFileSync(join(folder, "stray.txt"), "");

  const { status, stdout, stderr } = spawnSync(process.execPath, [join("scripts", "release.mjs")], {
    cwd: folder,
    encoding: "utf8",
  });
  assert.equal(status, 1);
  assert.match(stderr, /the tree has changes:\n\?\? stray\.txt/);
  assert.equal(stdout, "");
  assert.ok(!existsSync(join(folder, "release")));
});

test("checksums are those that sha256sum checks", () => {
  const folder = join(scratch, "out");
  mkdirSync(folder);
  writeFileSync(join(folder, "b.txt"), "abc");
  writeFileSync(join(folder, "a.txt"), "");
  writeFileSync(join(folder, "SHA256SUMS"), "those of an earlier run");
  // The first from FIPS 180-4's examples, the second that of no bytes.
  assert.equal(
    checksums(folder),
    `e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  a.txt
ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad  b.txt
`,
  );
});

test("the SBOM names all that the package contains, and only that", () => {
  const { metadata, components, dependencies, ...rest } = sbom();
  assert.equal(rest.bomFormat, "CycloneDX");
  assert.equal(metadata.component.name, "wideye");
  const manifest = JSON.parse(readFileSync(join(root, "web", "package.json"), "utf8"));
  const names = components.map(({ name }) => name);
  for (const name of [...Object.keys(manifest.dependencies), "tract-core", "wideye-kernels", "jpeg-decoder"])
    assert.ok(names.includes(name), name);
  for (const name of [...Object.keys(manifest.devDependencies), "tch", "tract-onnx", "clap", "wideye-cli"])
    assert.ok(!names.includes(name), name);

  for (const { name, version, licenses, type, purl } of components) {
    assert.ok(version && licenses.length, name);
    if (type === "library") assert.match(purl, new RegExp(`^pkg:(npm|cargo)/.*@${version.split("+")[0]}`));
  }
  const references = [metadata.component, ...components].map((component) => component["bom-ref"]);
  assert.equal(new Set(references).size, references.length);
  assert.deepEqual(
    dependencies.map(({ ref }) => ref).filter((ref) => !references.includes(ref)),
    [],
  );
  assert.deepEqual(
    dependencies.flatMap(({ dependsOn }) => dependsOn).filter((ref) => !references.includes(ref)),
    [],
  );

  const models = readdirSync(join(root, "web", "models")).filter((file) => file.endsWith(".onnx"));
  for (const file of models) {
    const hash = createHash("sha256")
      .update(readFileSync(join(root, "web", "models", file)))
      .digest("hex");
    const [model] = components.filter(({ name, type }) => `${name}.onnx` === file && type !== "library");
    assert.deepEqual(model.hashes, [{ alg: "SHA-256", content: hash }]);
  }
  assert.deepEqual(sbom(), { ...rest, metadata, components, dependencies });
});

test("checksums of crates are read from the lock file", () => {
  const lock = `[[package]]
name = "ours"
version = "0.1.0"
dependencies = [
 "theirs",
]

[[package]]
name = "theirs"
version = "1.0.0"
source = "registry+https://github.com/rust-lang/crates.io-index"
checksum = "00ff"
`;
  assert.deepEqual([...lockedChecksums(lock)], [["theirs@1.0.0", "00ff"]]);
});
