// Writes the parts of dist/ that are one file each: the worker, the plain script, and what wideye/inline embeds.
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "vite";

const at = (path) => fileURLToPath(new URL(path, import.meta.url));
const { version } = JSON.parse(readFileSync(at("./package.json"), "utf8"));
const { default: modelName } = JSON.parse(readFileSync(at("./models/index.json"), "utf8"));
const banner = (contents) => `/*! wideye ${version} | MIT OR Apache-2.0${contents} */`;

/** In a script there is no `import.meta`; this also keeps the bundler from taking the files into the script. */
const filesBesideScript = {
  name: "files-beside-script",
  enforce: "pre",
  transform(code) {
    if (!code.includes("import.meta.url")) return;
    const addressed = code.replaceAll("import.meta.url", "scriptUrl");
    return { code: `import { scriptUrl } from ${JSON.stringify(at("./src/script-url.ts"))};\n${addressed}` };
  },
};

async function bundle(entry, file, { comment, license = false, plugins = [] }) {
  const [{ output }] = await build({
    configFile: false,
    logLevel: "warn",
    root: at("."),
    publicDir: false,
    plugins,
    build: {
      target: "es2022",
      write: false,
      license,
      lib: { entry: at(entry), formats: ["iife"], name: "wideye" },
    },
  });
  const [chunk, ...more] = output.filter(({ type }) => type === "chunk");
  if (more.length) throw new Error(`${entry} became ${more.length + 1} scripts`);
  const script = `${comment}\n${chunk.code}`;
  writeFileSync(at(`./dist/${file}`), script);
  for (const { type, fileName, source } of output) {
    if (type === "asset") writeFileSync(at(`./dist/${fileName}`), source);
  }
  return script;
}

const worker = await bundle("./src/worker.ts", "worker.min.js", { comment: banner("") });
const licences = "wideye.min.licences.md";
await bundle("./src/script.ts", "wideye.min.js", {
  comment: banner(`; D3 inside, see ${licences}`),
  license: { fileName: licences },
  plugins: [filesBesideScript],
});

const packed = (path) => JSON.stringify(gzipSync(readFileSync(at(path)), { level: 9 }).toString("base64"));
writeFileSync(
  at("./dist/inline-parts.js"),
  `export const wasm = ${packed("./wasm/wideye.wasm")};
export const decoder = ${packed("./wasm/decoder.wasm")};
export const model = ${packed(`./models/${modelName}.onnx`)};
export const modelName = ${JSON.stringify(modelName)};
export const worker = ${JSON.stringify(worker)};
`,
);
