import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import type { Plugin } from "vite";

const NAME = "service-worker.js";

/** Writes the service worker beside the page, with the list of all other files and their SHA-256 in it. */
export function serviceWorker(): Plugin {
  let publicDir: string;
  return {
    name: "service-worker",
    apply: "build",
    enforce: "post",
    configResolved(config) {
      publicDir = config.publicDir;
    },
    buildStart() {
      const id = fileURLToPath(new URL("../worker/service-worker.ts", import.meta.url));
      this.emitFile({ type: "chunk", id, fileName: NAME });
    },
    generateBundle: {
      order: "post",
      handler(_, bundle) {
        const worker = bundle[NAME];
        if (worker?.type !== "chunk" || worker.imports.length || worker.exports.length) {
          this.error(`${NAME} has to be one script`);
        }
        const built = Object.values(bundle)
          .filter((file) => file !== worker)
          .map((file) => [file.fileName, file.type === "chunk" ? file.code : file.source] as const);
        const copied = readdirSync(publicDir, { recursive: true, withFileTypes: true })
          .filter((entry) => entry.isFile())
          .map((entry) => join(entry.parentPath, entry.name))
          .map((path) => [path.slice(publicDir.length + 1), readFileSync(path)] as const);
        const files = [...built, ...copied]
          // Hosts redirect index.html to the folder it is in.
          .map(([path, content]) => [path === "index.html" ? "" : path, hash(content)])
          .sort();
        const [before, after, ...more] = worker.code.split(/\bFILES\b/);
        if (after === undefined || more.length) this.error(`${NAME} has to name FILES once`);
        worker.code = `${before}${JSON.stringify(Object.fromEntries(files))}${after}`;
      },
    },
  };
}

function hash(content: string | Uint8Array): string {
  return `sha256-${createHash("sha256").update(content).digest("base64")}`;
}
