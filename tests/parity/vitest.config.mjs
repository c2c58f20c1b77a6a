import { fileURLToPath } from "node:url";

import { defineConfig } from "vitest/config";

export default defineConfig({
  root: fileURLToPath(new URL(".", import.meta.url)),
  cacheDir: fileURLToPath(new URL("../../node_modules/.vite/parity", import.meta.url)),
  test: {
    include: ["*.test.mjs"],
    // The first run compiles the native example.
    testTimeout: 1_200_000,
    hookTimeout: 1_200_000,
    // What runs is the built package; nothing of it is to be transformed.
    server: { deps: { external: [/\/web\/(dist|wasm)\//] } },
  },
});
