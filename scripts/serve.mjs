// Serves the built page on this machine only.
//
//   npm run serve                  on port 8080, or a free one where that is taken
//   npm run serve -- --port 3000
import { createReadStream, existsSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join, normalize, sep } from "node:path";
import { parseArgs } from "node:util";

import { isMain, main, root, StepError } from "./steps.mjs";

const types = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".ico": "image/x-icon",
  ".jpg": "image/jpeg",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".onnx": "application/octet-stream",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
  ".webmanifest": "application/manifest+json",
  ".webp": "image/webp",
};

/** Serves a folder on the loopback address; returns the server and its URL. */
export async function serve(folder, port, { cacheControl = "no-cache" } = {}) {
  const server = createServer((request, response) => answer(folder, cacheControl, request, response));
  const listen = (at) =>
    new Promise((resolve, reject) => {
      server.once("error", reject);
      server.listen(at, "127.0.0.1", resolve);
    });
  await listen(port).catch((error) => {
    if (error.code === "EACCES") {
      throw new StepError(`port ${port} may not be used: ${error.message}`, "--port with one above 1023");
    }
    if (error.code !== "EADDRINUSE") throw error;
    console.log(`port ${port} is taken, using a free one`);
    return listen(0);
  });
  return { server, url: `http://127.0.0.1:${server.address().port}/` };
}

function answer(folder, cacheControl, request, response) {
  const refuse = (status) => response.writeHead(status, { "content-type": "text/plain" }).end(`${status}\n`);
  if (request.method !== "GET" && request.method !== "HEAD") return refuse(405);
  let path;
  try {
    path = normalize(join(folder, decodeURIComponent(new URL(request.url, "http://localhost").pathname)));
  } catch {
    return refuse(400);
  }
  if (path.endsWith(sep)) path = join(path, "index.html");
  if (!path.startsWith(folder + sep)) return refuse(403);
  const file = statOf(path);
  if (!file?.isFile()) return refuse(404);
  const etag = `"${file.size}-${file.mtimeMs}"`;
  if (request.headers["if-none-match"] === etag) return response.writeHead(304, { etag }).end();
  response.writeHead(200, {
    etag,
    "content-type": types[extname(path)] ?? "application/octet-stream",
    "content-length": file.size,
    "cache-control": cacheControl,
    "x-content-type-options": "nosniff",
  });
  if (request.method === "HEAD") return response.end();
  createReadStream(path)
    .on("error", () => response.destroy())
    .pipe(response);
}

/** What is at a path; undefined for one that the system does not even look for. */
function statOf(path) {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

/** Serves web/dist-page until the process is ended. */
export async function servePage(port) {
  const folder = join(root, "web", "dist-page");
  if (!existsSync(join(folder, "index.html"))) {
    throw new StepError("the page is not built", "npm run build");
  }
  const { url } = await serve(folder, port);
  console.log(`\nThe page is at ${url} (Ctrl-C ends it)`);
}

/** Reads a port number from 0 to 65535; 0 is any free port. */
export function portNumber(text) {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= 65535) return port;
  throw new StepError(`--port ${text} is not a port`, "a number from 0 (any free port) to 65535");
}

if (isMain(import.meta.url)) {
  await main(async () => {
    const { values } = parseArgs({ options: { port: { type: "string", default: "8080" } } });
    await servePage(portNumber(values.port));
  });
}
