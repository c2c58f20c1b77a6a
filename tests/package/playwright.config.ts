import { defineConfig } from "@playwright/test";

import browser from "../browser/playwright.config.js";

// Projects are installed and built by the tests, which takes longer than a page.
export default defineConfig({
  ...browser,
  testDir: ".",
  outputDir: "../../test-results/package",
  globalSetup: "./setup.ts",
  fullyParallel: false,
  timeout: 300_000,
});
