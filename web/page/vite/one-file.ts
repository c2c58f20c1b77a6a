import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import type { Plugin, Rolldown } from "vite";

const icon = readFileSync(fileURLToPath(new URL("../public/icon.svg", import.meta.url)), "utf8");

/** Writes the page as one file, with its script, its styles and its icon inside and a policy that names their hashes. */
export function oneFile(name: string): Plugin {
  return {
    name: "one-file",
    enforce: "post",
    transformIndexHtml: {
      order: "pre",
      handler: (html) =>
        html
          .replace("/icon.svg", `data:image/svg+xml,${encodeURIComponent(icon)}`)
          .replaceAll(/\s*<link rel="(?:manifest|apple-touch-icon)"[^>]*>/g, ""),
    },
    generateBundle: {
      order: "post",
      handler(_, bundle) {
        const page = take(bundle, /\.html$/);
        const script = take(bundle, /\.js$/)
          .replaceAll("</script", "<\\/script")
          .replaceAll("<!--", "<\\!--");
        const style = take(bundle, /\.css$/);
        const left = Object.keys(bundle);
        if (left.length) this.error(`left outside: ${left.join(", ")}`);
        const source = page
          .replace(/<link rel="stylesheet"[^>]*>/, () => `<style>${style}</style>`)
          .replace(/<script type="module"[^>]*>/, () => `<script type="module">${script}`)
          .replace(/(http-equiv="Content-Security-Policy"\s+content=")([^"]+)/, (_, start, policy) => {
            return start + policyOf(policy, hash(script), hash(style));
          });
        this.emitFile({ type: "asset", fileName: name, source });
      },
    },
  };
}

/** Returns the text of the only file whose name fits, and takes it out of the bundle. */
function take(bundle: Rolldown.OutputBundle, pattern: RegExp): string {
  const names = Object.keys(bundle).filter((name) => pattern.test(name));
  const file = bundle[names[0]!];
  if (names.length !== 1 || file === undefined) throw new Error(`expected one ${pattern}, found ${names}`);
  delete bundle[file.fileName];
  return file.type === "chunk" ? file.code : file.source.toString();
}

/** The page's policy for a file that has no origin: what was the page's own is inside it. */
export function policyOf(policy: string, script: string, style: string): string {
  const inside: Record<string, string> = {
    "default-src": "'none'",
    "script-src": script,
    "style-src": style,
    "worker-src": "blob:",
  };
  return policy
    .split(/;\s*/)
    .map((directive) => {
      const own = inside[directive.split(" ")[0]!];
      return directive.replace(/ 'self'/, own ? ` ${own}` : "");
    })
    .join("; ");
}

function hash(text: string): string {
  return `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
}
