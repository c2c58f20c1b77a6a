import { fileURLToPath } from "node:url";

import { defineConfig } from "vite";

import { oneFile } from "./vite/one-file.js";
import { shortCards } from "./vite/short-cards.js";

export default defineConfig({
  root: fileURLToPath(new URL(".", import.meta.url)),
  base: "./",
  publicDir: false,
  define: { "BUILD.serviceWorker": "false", "BUILD.oneFileBytes": "0" },
  resolve: { alias: [{ find: /^wideye$/, replacement: "wideye/inline" }] },
  plugins: [shortCards(), oneFile("wideye.html")],
  build: {
    outDir: "../dist-single",
    emptyOutDir: true,
    target: "es2022",
    assetsInlineLimit: Number.MAX_SAFE_INTEGER,
    cssCodeSplit: false,
    modulePreload: { polyfill: false },
    rolldownOptions: { output: { codeSplitting: false } },
  },
});
