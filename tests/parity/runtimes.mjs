// Each runtime takes a model's path and pictures as pictures.mjs has them, and returns one row of logits a
// picture.
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";

import { openPage } from "./chromium.mjs";
import { tensor } from "./pictures.mjs";

const execute = promisify(execFile);
const maxBuffer = 64 * 1024 * 1024;
const root = new URL("../../", import.meta.url);
const built = (path) => {
  const url = new URL(`web/${path}`, root);
  if (existsSync(url)) return url;
  throw new Error(`web/${path} is missing: run \`cargo xtask wasm\` and \`npm run build -w web\` first`);
};

export const wasmFile = () => built("wasm/wideye.wasm");
export const distFile = (name) => built(`dist/${name}.js`);

let executables;

/** Builds the native programs once and returns where they are: `wideye` and `logits`. */
function nativePrograms() {
  // The whole workspace, as the tests: another choice of packages would build tract once more.
  const command = [
    "build",
    "--workspace",
    "--quiet",
    "--bin",
    "wideye",
    "--example",
    "logits",
    "--message-format=json",
  ];
  executables ??= execute("cargo", command, { cwd: root, maxBuffer }).then(({ stdout }) => {
    const artifacts = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    return Object.fromEntries(artifacts.map(({ target, executable }) => [target?.name, executable]));
  });
  return executables;
}

/** tract, compiled for this machine. */
export async function native(model, pictures) {
  const { logits } = await nativePrograms();
  return withTensor(pictures, async (images) =>
    rowsOf(await execute(logits, [model, images], { maxBuffer })),
  );
}

/** What `wideye classify` says about picture files, all classes of each. */
export async function commandLine(model, files) {
  const { wideye } = await nativePrograms();
  const command = ["classify", "--json", "--model", model, "--top-k", "1000", ...files];
  const { stdout } = await execute(wideye, command, { maxBuffer });
  return JSON.parse(stdout).results;
}

/** onnxruntime in the Python interpreter that WIDEYE_PYTHON names. */
export async function onnxruntime(model, pictures, python = process.env.WIDEYE_PYTHON) {
  const script = fileURLToPath(new URL("onnxruntime_logits.py", import.meta.url));
  return withTensor(pictures, async (images) =>
    rowsOf(await execute(python, [script, model, images], { maxBuffer: 1 << 26 })),
  );
}

/** The answers that a fixture's generator got from onnxruntime; undefined for other models. */
export async function storedOnnxruntime(model) {
  const file = model.replace(/\.onnx$/, ".json");
  if (!existsSync(file)) return undefined;
  const { generator, logits } = JSON.parse(await readFile(file, "utf8"));
  return typeof generator === "string" && generator.includes("onnxruntime") ? logits : undefined;
}

/** The built wasm in this Node. */
export async function node(model, pictures) {
  const { Engine } = await import(distFile("engine").href);
  const request = {
    wasm: { url: wasmFile().href },
    model: { url: pathToFileURL(model).href },
    modelName: "parity",
  };
  const engine = await Engine.load(request);
  const rows = pictures.map((picture) => Array.from(engine.logits(picture)));
  engine.close();
  return rows;
}

/** The built wasm in Chromium. */
export async function chromium(model, pictures) {
  const [{ logits }] = await chromiumAnswers([model], pictures, "wideye");
  return logits;
}

/** What one of the built binaries says in Chromium: for each model the instructions in use and the logits. */
export async function chromiumAnswers(models, pictures, binary) {
  distFile("engine");
  built(`wasm/${binary}.wasm`);
  const { page, close } = await openPage({ files: models });
  try {
    const plain = pictures.map((picture) => Array.from(picture));
    const answers = [];
    for (const index of models.keys()) {
      const args = [`/files/${index}`, plain, binary];
      answers.push(await page.evaluate((args) => answersOf(...args), args));
    }
    return answers;
  } finally {
    await close();
  }
}

async function withTensor(pictures, use) {
  const folder = await mkdtemp(join(tmpdir(), "wideye-parity-"));
  try {
    const images = join(folder, "images.f32");
    await writeFile(images, new Uint8Array(tensor(pictures).buffer));
    return await use(images);
  } finally {
    await rm(folder, { recursive: true });
  }
}

function rowsOf({ stdout }) {
  return JSON.parse(stdout);
}
