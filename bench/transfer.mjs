// The bytes that a browser downloads for an engine: what it asks the server for until the first answer.
import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { brotliCompressSync, constants } from "node:zlib";

import { isOurs } from "./engines.mjs";
import { load } from "./inference.mjs";

const COUNTED = /\.(js|mjs|wasm)$/;

/** Returns the report's `transfer`: scripts and wasm at brotli's best, without model, page and harness. */
export async function measureTransfer(browser, engines, { server, folder }) {
  const transfer = [];
  for (const engine of engines) {
    const site = `${engine.id}-transfer`;
    const script = isOurs(engine.id) ? "package" : "session";
    const page = await browser.open(site, script);
    const paths = await requestedDuring(server, () => firstAnswer(page, engine));
    if (isOurs(engine.id)) paths.add("/pages/package/package.js");
    await page.close();
    const files = [...paths].filter((path) => COUNTED.test(path)).sort();
    const brotliBytes = files.reduce((sum, path) => sum + compressedBytes(join(folder, path)), 0);
    transfer.push({ engine: engine.id, brotliBytes, files: files.map((path) => basename(path)) });
  }
  return transfer;
}

/** Ours as users have it, through the package and its worker; peers have no worker of their own. */
async function firstAnswer(page, engine) {
  if (!isOurs(engine.id)) {
    await page.evaluate(() => globalThis.bench.fetchImages("/data/images.rgba"));
    await load(page, engine, "wide");
    return page.evaluate(() => globalThis.bench.burst(1));
  }
  return page.evaluate(async (wasm) => {
    const { answerOnce } = await import("/pages/package/package.js");
    return answerOnce("/data/wide.onnx", wasm, "/data/photograph.jpg");
  }, engine.options.wasm);
}

async function requestedDuring(server, action) {
  const paths = new Set();
  const note = ({ url }) => paths.add(new URL(url, "http://localhost").pathname);
  server.on("request", note);
  try {
    await action();
  } finally {
    server.off("request", note);
  }
  return paths;
}

const compressedBytes = (file) => {
  const bytes = readFileSync(file);
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
    [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
  };
  return brotliCompressSync(bytes, { params }).length;
};
