// Writes src/default-model.ts from models/index.json: the one place that names the default model's
// file is data, while bundlers need its address as a literal. Beside it src/wasm-sizes.ts, because a
// server that compresses does not say how much there is to download.
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const at = (path) => fileURLToPath(new URL(path, import.meta.url));

const { default: name } = JSON.parse(readFileSync(at("./models/index.json"), "utf8"));
if (typeof name !== "string" || !/^[\w.-]+$/.test(name)) {
  throw new Error(`models/index.json: expected "default" to name a model, found ${JSON.stringify(name)}`);
}
const sizeBytes = statSync(at(`./models/${name}.onnx`)).size;

const source = `// Written by default-model.mjs from models/index.json.
export const defaultModel = {
  name: "${name}",
  sizeBytes: ${sizeBytes},
  url: (): URL => new URL("../models/${name}.onnx", import.meta.url),
};
`;
write("./src/default-model.ts", source);

const sizeOf = (file) => statSync(at(`./wasm/${file}`)).size;
write(
  "./src/wasm-sizes.ts",
  `// Written by default-model.mjs from the files in wasm.
export const wasmSizeBytes = ${sizeOf("wideye.wasm")};
export const relaxedWasmSizeBytes = ${sizeOf("wideye-relaxed.wasm")};
`,
);

/** Leaves a file alone that says the same, so that watchers and incremental builds stay quiet. */
function write(path, text) {
  const target = at(path);
  let existing = "";
  try {
    existing = readFileSync(target, "utf8");
  } catch (error) {
    if (error.code !== "ENOENT") throw error;
  }
  if (existing !== text) writeFileSync(target, text);
}
