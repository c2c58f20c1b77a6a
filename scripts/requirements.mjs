// Finds what the other scripts need on this machine and installs what is missing.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";

import { answer, root, run, StepError } from "./steps.mjs";

const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "wideye");
const WASM_TARGET = "wasm32-unknown-unknown";

/** Cargo, and the wasm target of the toolchain that rust-toolchain.toml names. */
export async function rust() {
  if (answer("cargo", ["--version"]) === undefined) {
    if (answer("rustup", ["--version"]) === undefined) {
      throw new StepError("cargo is not installed", "install Rust with rustup, then run this again");
    }
    const [, channel] = readFileSync(join(root, "rust-toolchain.toml"), "utf8").match(/^channel = "(.+)"$/m);
    const parts = ["--component", "clippy", "--component", "rustfmt", "--target", WASM_TARGET];
    await run("rustup", ["toolchain", "install", channel, "--profile", "minimal", ...parts], {
      advice: "check that Rust's download server can be reached, then run this again",
    });
  }
  const libraries = answer("rustc", ["--print", "target-libdir", "--target", WASM_TARGET]);
  if (libraries === undefined || !existsSync(libraries)) {
    await run("rustup", ["target", "add", WASM_TARGET], {
      advice: `install the standard library for ${WASM_TARGET} of the toolchain in rust-toolchain.toml`,
    });
  }
  if (answer("cc", ["--version"]) === undefined) {
    if (process.platform === "darwin")
      throw new StepError("there is no C compiler", "xcode-select --install");
    await installDebianPackages(["gcc", "libc6-dev"], "Rust links its programs with a C compiler");
  }
}

/** The npm packages that package-lock.json names. */
export async function npmPackages() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major < 20 || (major === 20 && minor < 19) || major === 21 || (major === 22 && minor < 12)) {
    throw new StepError(
      `Node.js ${process.versions.node} is too old`,
      "install Node.js 20.19, 22.12 or later",
    );
  }
  await installNpmPackages(root);
}

/** The peers and tools that bench/package-lock.json names. */
export const benchPackages = () => installNpmPackages(join(root, "bench"));

async function installNpmPackages(folder) {
  const place = ["--prefix", folder];
  if (hasLockedVersions(folder) && answer("npm", ["ls", "--all", ...place]) !== undefined) return;
  await run("npm", ["ci", "--no-audit", "--no-fund", ...place], {
    advice: "check that the npm registry can be reached, then run this again",
  });
}

/** Whether what is installed, by npm's own record of it, has the versions of the lock file. */
function hasLockedVersions(folder) {
  const record = join(folder, "node_modules", ".package-lock.json");
  if (!existsSync(record)) return false;
  const packages = (file) => JSON.parse(readFileSync(file, "utf8")).packages;
  const locked = packages(join(folder, "package-lock.json"));
  return Object.entries(packages(record)).every(([path, { version }]) => locked[path]?.version === version);
}

/** The address of a Chromium that can be driven. */
export const chromium = () =>
  browser("Chromium", "WIDEYE_CHROMIUM", "chromium", [
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
  ]);

/** The address of a Firefox that can be driven. */
export const firefox = () => browser("Firefox", "WIDEYE_FIREFOX", "firefox-esr", ["firefox-esr", "firefox"]);

/** WebKitGTK's small browser with its WebDriver server, and a display for it. */
export async function webkit() {
  const missing = [
    ["WebKitWebDriver", "webkit2gtk-driver"],
    ["Xvfb", "xvfb"],
  ].filter(([program]) => answer("which", [program]) === undefined);
  if (missing.length === 0) return;
  await installDebianPackages(
    missing.map(([, name]) => name),
    "a browser is needed: WebKitGTK, which wants a display",
  );
}

async function browser(title, variable, debianPackage, names) {
  const named = process.env[variable];
  if (named) {
    if (answer(named, ["--version"]) !== undefined) return named;
    throw new StepError(`${variable} names ${named}, which does not run`, `unset ${variable} or correct it`);
  }
  const find = () => names.map((name) => answer("which", [name])).find((path) => path !== undefined);
  if (!find() && canInstall()) await installDebianPackages([debianPackage], `a browser is needed: ${title}`);
  const found = find();
  if (found) return found;
  throw new StepError(
    `no ${title} was found`,
    `install it (on Debian: sudo apt-get install ${debianPackage}) or set ${variable} to its path`,
  );
}

/** A Python with the packages of scripts/requirements.txt; returns the variables that select it. */
export async function python() {
  const ask = () => answer("python3", ["-c", "import sys; print(sys.version.split()[0], sys.platform)"]);
  if (ask() === undefined) {
    await installDebianPackages(["python3"], "test references are computed in Python");
  }
  const version = ask();
  const [major, minor] = version.split(".").map(Number);
  if (major < 3 || (major === 3 && minor < 11)) {
    throw new StepError(`Python ${version} is too old`, "install Python 3.11 or later as python3");
  }
  const requirements = join(root, "scripts", "requirements.txt");
  const key = createHash("sha256").update(readFileSync(requirements)).update(`${version}`);
  const folder = join(cache, `python-${key.digest("hex").slice(0, 12)}`);
  const complete = join(folder, "complete");
  const withPath = ({ WIDEYE_PYTHON, packages }) => ({
    WIDEYE_PYTHON,
    ...(packages && { PYTHONPATH: [packages, process.env.PYTHONPATH].filter(Boolean).join(delimiter) }),
  });
  if (existsSync(complete)) {
    const found = JSON.parse(readFileSync(complete, "utf8"));
    // The Python that a virtual environment was made of may be gone.
    if (answer(found.WIDEYE_PYTHON, ["--version"]) !== undefined) return withPath(found);
  }

  const scratch = `${folder}.partial`;
  for (const old of [scratch, folder]) rmSync(old, { recursive: true, force: true });
  mkdirSync(cache, { recursive: true });
  const install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"];
  const advice = "check that PyPI can be reached, then run this again";
  let made;
  if (answer("python3", ["-c", "import venv, ensurepip"]) === undefined && canInstall()) {
    await installDebianPackages(["python3-venv"], "Python packages go into a virtual environment");
  }
  if (answer("python3", ["-c", "import venv, ensurepip"]) !== undefined) {
    // A virtual environment cannot be moved: `complete` tells a finished one.
    await run("python3", ["-m", "venv", folder], { advice: "install python3-venv" });
    made = { WIDEYE_PYTHON: join(folder, "bin", "python") };
    await run(made.WIDEYE_PYTHON, [...install, "-r", requirements], { advice });
  } else {
    await run("python3", [...install, "--target", scratch, "-r", requirements], {
      advice: "install python3-venv or python3-pip, then run this again",
    });
    renameSync(scratch, folder);
    made = { WIDEYE_PYTHON: "python3", packages: folder };
  }
  writeFileSync(complete, JSON.stringify(made));
  return withPath(made);
}

/** libtorch for crates/wideye-train; returns the variable that names it. */
export async function libtorch() {
  if (answer("c++", ["--version"]) === undefined) {
    await installDebianPackages(["g++"], "libtorch is bound through C++");
  }
  const withPip = answer("python3", ["-m", "pip", "--version"]) !== undefined;
  const interpreter = withPip ? "python3" : (await python()).WIDEYE_PYTHON;
  const output = await run(interpreter, [join("scripts", "libtorch")], {
    advice: "set LIBTORCH to a libtorch 2.11, or install PyTorch 2.11",
  });
  return { LIBTORCH: output.trim().split("\n").at(-1), LIBTORCH_CXX11_ABI: "1" };
}

/** The trainer that `cargo build --release -p wideye-train` leaves, wherever Cargo is told to put it. */
export function builtTrainer() {
  const metadata = answer("cargo", ["metadata", "--no-deps", "--format-version", "1"]);
  if (metadata === undefined) throw new StepError("cargo does not run", "install Rust with rustup");
  return join(JSON.parse(metadata).target_directory, "release", "wideye-train");
}

/** GNU parallel, which runs the commands of a sweep in a test. */
export async function parallel() {
  if (answer("parallel", ["--version"]) !== undefined) return;
  await installDebianPackages(["parallel"], "the trials of a sweep run as jobs of GNU parallel");
}

const canInstall = () => process.getuid?.() === 0 && answer("which", ["apt-get"]) !== undefined;

async function installDebianPackages(names, reason) {
  const command = `apt-get install ${names.join(" ")}`;
  if (!canInstall())
    throw new StepError(`${names.join(", ")} missing: ${reason}`, `on Debian: sudo ${command}`);
  console.log(`    ${command}: ${reason}`);
  const env = { DEBIAN_FRONTEND: "noninteractive" };
  await run("apt-get", ["update", "-qq"], { env, advice: "check that Debian's mirror can be reached" });
  await run("apt-get", ["install", "-y", "-qq", "--no-install-recommends", ...names], { env });
}
