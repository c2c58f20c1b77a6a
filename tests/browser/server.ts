import { createHash } from "node:crypto";
import { readdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createServer, type RequestListener, type Server } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { extname, join, normalize, relative } from "node:path";
import { fileURLToPath } from "node:url";

const repository = fileURLToPath(new URL("../../", import.meta.url));

export const TYPES: Record<string, string> = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".jpg": "image/jpeg",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".mjs": "text/javascript; charset=utf-8",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
  ".webmanifest": "application/manifest+json",
  ".webp": "image/webp",
};

/** What a server answers instead of the file at a path. */
export interface Answer {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  readonly body?: Buffer | string;
  /** The answer waits for this. */
  readonly after?: Promise<unknown>;
}

/** A server on the loopback address that ends with the test. */
export interface TestServer {
  readonly origin: string;
  /** Paths asked for so far. */
  readonly asked: string[];
  close(): Promise<void>;
}

/**
 * Serves a page that can import the built package by its name, without a bundler, and below `/fixtures/` the
 * tests' files. `policy` is the content security policy of all of it, to which the page adds its import map's hash.
 */
export function servePackage(body = "", policy?: string): Promise<TestServer> {
  const { resolve } = createRequire(import.meta.url);
  const dependencies = readdirSync(join(repository, "node_modules")).filter((name) =>
    /^(d3-\w|internmap$)/.test(name),
  );
  const imports = Object.fromEntries([
    ["wideye", "/web/dist/index.js"],
    ["wideye/element", "/web/dist/element.js"],
    ...dependencies.map((name) => [name, `/${relative(repository, resolve(name))}`]),
  ]);
  const importMap = JSON.stringify({ imports });
  const page = `<!doctype html><html lang="en"><title>package</title>
<link rel="icon" href="/fixtures/pictures/drawing.png">
<script type="importmap">${importMap}</script>${body}`;
  const hash = createHash("sha256").update(importMap).digest("base64");
  return listen(async (request, response) => {
    if (policy)
      response.setHeader(
        "Content-Security-Policy",
        policy.replace("script-src", `script-src 'sha256-${hash}'`),
      );
    const path = normalize(new URL(request.url!, "http://localhost").pathname);
    if (path === "/") {
      response.writeHead(200, { "Content-Type": TYPES[".html"] }).end(page);
      return;
    }
    try {
      if (!/^\/(web\/(dist|wasm|models)|node_modules|fixtures)\//.test(path))
        throw new Error(`${path} is not served`);
      const body = await readFile(join(repository, path.replace(/^\/fixtures\//, "tests/fixtures/")));
      response
        .writeHead(200, { "Content-Type": TYPES[extname(path)] ?? "application/octet-stream" })
        .end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
}

/** Serves answers by path, as another site would. */
export function serveSite(answers: Record<string, Answer>): Promise<TestServer> {
  return listen(async (request, response) => {
    const answer = answers[request.url!];
    await answer?.after;
    response.writeHead(answer ? (answer.status ?? 200) : 404, answer?.headers).end(answer?.body);
  });
}

/** Starts a server on the loopback address. */
export async function listen(handle: RequestListener): Promise<TestServer> {
  const asked: string[] = [];
  const server: Server = createServer((request, response) => {
    asked.push(request.url!);
    handle(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    asked,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
