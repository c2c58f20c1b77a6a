// Draws the icons of the installed page from web/page/public/icon.svg, in Chromium.
//
//   node scripts/icons.mjs
import { readFileSync } from "node:fs";
import { join } from "node:path";

import * as requirements from "./requirements.mjs";
import { main, root } from "./steps.mjs";

const folder = join(root, "web", "page", "public");
const svg = readFileSync(join(folder, "icon.svg"), "utf8");

// A mask may cut away all but the inner 80 percent; what is apple's is never transparent.
const icons = [
  { file: "192.png", side: 192, share: 1, background: "transparent" },
  { file: "512.png", side: 512, share: 1, background: "transparent" },
  { file: "maskable-512.png", side: 512, share: 0.62, background: "#fafaf7" },
  { file: "apple-180.png", side: 180, share: 0.72, background: "#fafaf7" },
];

await main(async () => {
  await requirements.npmPackages();
  const { chromium } = await import("@playwright/test");
  const browser = await chromium.launch({
    executablePath: await requirements.chromium(),
    chromiumSandbox: false,
  });
  try {
    const page = await browser.newPage();
    for (const { file, side, share, background } of icons) {
      await page.setViewportSize({ width: side, height: side });
      await page.setContent(`<style>
        html { height: 100%; background: ${background} }
        body { height: 100%; margin: 0; display: grid; place-items: center }
        svg { width: ${share * 100}% }
      </style>${svg}`);
      await page.screenshot({ path: join(folder, "icons", file), omitBackground: true });
    }
  } finally {
    await browser.close();
  }
});
