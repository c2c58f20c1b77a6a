import { copyFileSync, existsSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { defineConfig, type Plugin } from "vite";
import { serviceWorker } from "./vite/service-worker.js";
import { shortCards } from "./vite/short-cards.js";

const oneFile = fileURLToPath(new URL("../dist-single/wideye.html", import.meta.url));
const oneFileBytes = existsSync(oneFile) ? statSync(oneFile).size : 0;

// The development server injects inline styles and scripts, which the page's policy forbids.
const withoutPolicyInDevelopment: Plugin = {
  name: "without-policy-in-development",
  apply: "serve",
  transformIndexHtml: (html) => html.replace(/<meta\s+http-equiv="Content-Security-Policy"[^>]*>/, ""),
};

const oneFileToTakeAway: Plugin = {
  name: "one-file-to-take-away",
  apply: "build",
  writeBundle: ({ dir }) => {
    if (oneFileBytes) copyFileSync(oneFile, `${dir}/wideye.html`);
  },
};

export default defineConfig(({ command }) => ({
  root: fileURLToPath(new URL(".", import.meta.url)),
  base: "./",
  define: {
    "BUILD.serviceWorker": String(command === "build"),
    "BUILD.oneFileBytes": String(oneFileBytes),
  },
  plugins: [withoutPolicyInDevelopment, shortCards(), serviceWorker(), oneFileToTakeAway],
  build: {
    outDir: "../dist-page",
    emptyOutDir: true,
    target: "es2022",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  worker: { format: "es" },
}));
