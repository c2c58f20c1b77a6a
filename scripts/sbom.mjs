// What the npm package consists of, as CycloneDX: the npm packages that it needs at run time, the crates inside its
// wasm, and its models.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { answer, root, StepError } from "./steps.mjs";

const SHELL = "wideye-wasm";
const models = join(root, "web", "models");

/** Returns the whole document; a commit always gives the same. */
export function sbom() {
  return merge({
    npm: npmPart(),
    crates: crates(),
    models: modelFiles(),
    timestamp: asked("git", ["show", "--no-patch", "--format=%cI", "HEAD"]),
  });
}

function npmPart() {
  const form = ["--sbom-format", "cyclonedx", "--sbom-type", "library"];
  return JSON.parse(asked("npm", ["sbom", ...form, "--omit", "dev", "--package-lock-only", "-w", "web"]));
}

/** Returns the crates that are compiled into the wasm, each with those of them that it uses. */
function crates() {
  const target = ["--target", "wasm32-unknown-unknown"];
  const selection = ["-p", SHELL, ...target, "--edges", "normal,no-proc-macro"];
  const tree = asked("cargo", ["tree", "--locked", ...selection, "--prefix", "none", "--format", "{p}"]);
  const inside = new Set(tree.split("\n").map((line) => line.replace(/^(\S+) v(\S+).*$/, "$1@$2")));

  const { packages, resolve } = JSON.parse(
    asked("cargo", ["metadata", "--locked", "--format-version", "1", "--filter-platform", target[1]]),
  );
  const keys = new Map(packages.map(({ id, name, version }) => [id, `${name}@${version}`]));
  const uses = new Map(resolve.nodes.map(({ id, dependencies }) => [id, dependencies]));
  const checksums = lockedChecksums(readFileSync(join(root, "Cargo.lock"), "utf8"));
  return packages
    .filter(({ id }) => inside.has(keys.get(id)))
    .map(({ id, name, version, license, description }) => ({
      name,
      version,
      license,
      description,
      sha256: checksums.get(keys.get(id)),
      uses: uses
        .get(id)
        .map((used) => keys.get(used))
        .filter((key) => inside.has(key)),
    }));
}

/** The SHA-256 that Cargo.lock has for each crate of a registry, by `name@version`. */
export function lockedChecksums(lock) {
  const entry = /name = "(.+)"\nversion = "(.+)"\nsource = ".+"\nchecksum = "(\w+)"/g;
  return new Map(
    [...lock.matchAll(entry)].map(([, name, version, checksum]) => [`${name}@${version}`, checksum]),
  );
}

function modelFiles() {
  return readdirSync(models)
    .filter((file) => file.endsWith(".onnx"))
    .map((file) => ({
      name: file.replace(".onnx", ""),
      sha256: createHash("sha256")
        .update(readFileSync(join(models, file)))
        .digest("hex"),
    }));
}

/** Returns npm's document about the package alone, with crates and models added. */
function merge({ npm, crates, models, timestamp }) {
  const { serialNumber: _, ...document } = npm;
  const isPackage = ({ purl }) => purl.startsWith("pkg:npm/wideye@");
  const workspace = npm.metadata.component["bom-ref"];
  // npm calls it by its folder, and private, as it is in the repository.
  const package_ = { ...npm.components.find(isPackage), name: "wideye", properties: [] };
  const reference = (key) => `cargo:${key}`;
  const sha256 = (content) => (content ? { hashes: [{ alg: "SHA-256", content }] } : {});

  const crateComponents = crates.map(({ name, version, license, description, sha256: checksum }) => ({
    "bom-ref": reference(`${name}@${version}`),
    type: "library",
    name,
    version,
    ...(description && { description }),
    purl: `pkg:cargo/${name}@${version}`,
    ...sha256(checksum),
    ...(license && { licenses: [{ expression: license.replaceAll("/", " OR ") }] }),
  }));
  const modelComponents = models.map(({ name, sha256: checksum }) => ({
    "bom-ref": `model:${name}`,
    type: "machine-learning-model",
    name,
    version: package_.version,
    ...sha256(checksum),
    licenses: package_.licenses,
  }));
  const inside = [
    ...crates
      .filter(({ name }) => name === SHELL)
      .map(({ name, version }) => reference(`${name}@${version}`)),
    ...modelComponents.map((model) => model["bom-ref"]),
  ];
  return {
    ...document,
    metadata: { ...npm.metadata, timestamp, component: package_ },
    components: [
      ...npm.components.filter((component) => !isPackage(component)),
      ...crateComponents,
      ...modelComponents,
    ],
    dependencies: [
      ...npm.dependencies
        .filter(({ ref }) => ref !== workspace)
        .map(({ ref, dependsOn }) => ({
          ref,
          dependsOn: ref === package_["bom-ref"] ? [...dependsOn, ...inside] : dependsOn,
        })),
      ...crates.map(({ name, version, uses }) => ({
        ref: reference(`${name}@${version}`),
        dependsOn: uses.map(reference),
      })),
    ],
  };
}

function asked(command, args) {
  const text = answer(command, args);
  if (text !== undefined) return text;
  throw new StepError(`\`${[command, ...args].join(" ")}\` failed`, "run it to see why");
}
