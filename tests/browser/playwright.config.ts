import { defineConfig } from "@playwright/test";

// Nothing but the loopback address can be resolved, so that a request to anywhere else fails loudly.
const args = [
  "--headless",
  "--disable-gpu",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--no-first-run",
  "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
];

export default defineConfig({
  testDir: ".",
  outputDir: "../../test-results/browser",
  fullyParallel: true,
  workers: 2,
  timeout: 60_000,
  expect: { timeout: 20_000 },
  forbidOnly: Boolean(process.env.CI),
  use: {
    browserName: "chromium",
    launchOptions: {
      executablePath: process.env.WIDEYE_CHROMIUM ?? "/usr/bin/chromium",
      chromiumSandbox: false,
      args,
    },
    viewport: { width: 1280, height: 900 },
    trace: "retain-on-failure",
  },
});
