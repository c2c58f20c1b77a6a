import { createReadStream } from "node:fs";
import { createServer } from "node:http";
import { extname } from "node:path";
import { fileURLToPath } from "node:url";

import { chromium } from "@playwright/test";

const root = new URL("../../", import.meta.url);
const TYPES = { ".js": "text/javascript", ".mjs": "text/javascript", ".wasm": "application/wasm" };

/**
 * Opens a blank page in Chromium whose origin serves web/ and tests/parity/ of this repository, the model
 * as /model.onnx and each of `files` as /files/INDEX. The page has the names of in-page.mjs.
 */
export async function openPage({ model, files = [] }) {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url, "http://localhost");
    if (pathname === "/") {
      response.setHeader("content-type", "text/html");
      response.end(
        "<!doctype html><title>parity</title><link rel=icon href=data:,><script type=module src=/tests/parity/in-page.mjs></script>",
      );
      return;
    }
    const file = fileFor(pathname, model, files);
    response.setHeader("content-type", TYPES[extname(pathname)] ?? "application/octet-stream");
    createReadStream(file)
      .on("error", () => response.writeHead(404).end())
      .pipe(response);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const browser = await chromium.launch({
    executablePath: process.env.WIDEYE_CHROMIUM ?? "/usr/bin/chromium",
    args: [
      "--disable-gpu",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      "--no-first-run",
    ],
    chromiumSandbox: false,
  });
  const close = async () => {
    await browser.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  try {
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${server.address().port}/`);
    return { page, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function fileFor(pathname, model, files) {
  if (pathname === "/model.onnx") return model;
  const [, index] = /^\/files\/(\d+)$/.exec(pathname) ?? [];
  if (index !== undefined) return files[index] ?? "";
  if (/^\/(web\/(dist|wasm|models)|tests\/parity)\/[\w./-]+$/.test(pathname))
    return fileURLToPath(new URL(`.${pathname}`, root));
  return "";
}
