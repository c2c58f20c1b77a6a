// Prepares the folder that the browser is served: bundled engines, wasm, models, pictures.
import { cpSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";

import { build } from "vite";

import { root, run } from "../scripts/steps.mjs";
import { generateImages } from "./images.mjs";

const here = fileURLToPath(new URL(".", import.meta.url));
const PAGES = ["session", "wideye", "onnxruntime-web", "tfjs-wasm", "package"];
export const RANDOM_MODELS = ["narrow", "wide", "res9"];

/** The shipped models by the names they have in the report, `shipped-NAME`. */
export const shippedModels = () =>
  readdirSync(join(root, "web", "models"))
    .filter((file) => file.endsWith(".onnx"))
    .map((file) => `shipped-${basename(file, ".onnx")}`);

/** Writes everything into `folder`; the pictures are `imageCount` of 32x32 and one of 12 megapixels. */
export async function prepareSite(folder, { imageCount, python }) {
  rmSync(folder, { recursive: true, force: true });
  const data = join(folder, "data");
  mkdirSync(data, { recursive: true });
  writeFileSync(
    join(folder, "index.html"),
    "<!doctype html><title>bench</title><link rel=icon href=data:,>\n",
  );
  writeFileSync(join(data, "images.rgba"), generateImages(imageCount));
  cpSync(join(root, "web", "wasm"), join(folder, "wasm"), { recursive: true });
  for (const name of shippedModels()) {
    cpSync(join(root, "web", "models", `${name.replace("shipped-", "")}.onnx`), join(data, `${name}.onnx`));
  }
  const script = (name, ...args) => run(python.WIDEYE_PYTHON, [join(here, name), ...args], { env: python });
  await script("models/make.py", data);
  await script("photograph.py", join(data, "photograph.jpg"));
  const models = [...RANDOM_MODELS, ...shippedModels()].map((name) => join(data, `${name}.onnx`));
  await script("models/layers.py", ...models, data);
  for (const page of PAGES) await bundle(page, join(folder, "pages", page));
}

/** Whether the binary of one of our engines was built. */
export const hasWasm = (file) => existsSync(join(root, "web", "wasm", file));

/** Bundles a script of pages/ as a site would: minified, unused code left out, assets beside it. */
function bundle(page, outDir) {
  return build({
    configFile: false,
    logLevel: "warn",
    root: here,
    base: "./",
    publicDir: false,
    build: {
      outDir,
      emptyOutDir: true,
      target: "es2022",
      assetsInlineLimit: 0,
      modulePreload: false,
      rolldownOptions: {
        input: join(here, "pages", `${page}.js`),
        output: { entryFileNames: "[name].js" },
        preserveEntrySignatures: "strict",
      },
    },
    worker: { format: "es" },
  });
}
