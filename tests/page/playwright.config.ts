import { defineConfig } from "@playwright/test";

import browser from "../browser/playwright.config.js";

export default defineConfig({
  ...browser,
  testDir: ".",
  outputDir: "../../test-results/page",
  snapshotPathTemplate: "{testDir}/__snapshots__/{testFileName}/{arg}{ext}",
});
