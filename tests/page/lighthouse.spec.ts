import { expect, test } from "@playwright/test";
import lighthouse, { type Config, desktopConfig } from "lighthouse";
import puppeteer, { type Browser } from "puppeteer-core";

import config from "./playwright.config.js";
import { servePage } from "./server.js";

const CATEGORIES = ["accessibility", "best-practices", "seo"];

const devices: Record<string, Config | undefined> = { mobile: undefined, desktop: desktopConfig };

let browser: Browser;
test.beforeAll(async () => {
  const { executablePath, args } = config.use!.launchOptions!;
  browser = await puppeteer.launch({ executablePath: executablePath!, args: [...args!, "--no-sandbox"] });
});
test.afterAll(() => browser.close());

for (const [device, deviceConfig] of Object.entries(devices)) {
  test(`Lighthouse gives 100 of 100, ${device}`, async () => {
    test.slow();
    const server = await servePage(new Map());
    const page = await browser.newPage();
    const flags = { onlyCategories: CATEGORIES, logLevel: "error" as const };
    const { lhr } = (await lighthouse(server.page, flags, deviceConfig, page))!;
    await page.close();
    await server.close();

    expect(lhr.runtimeError).toBeUndefined();
    const failing = Object.values(lhr.categories).flatMap(({ title, auditRefs }) =>
      auditRefs
        .filter(({ id, weight }) => weight > 0 && lhr.audits[id]!.score! < 1)
        .map(({ id }) => `${title}: ${lhr.audits[id]!.title} (${id})`),
    );
    expect(failing).toEqual([]);
    const scores = Object.values(lhr.categories).map(({ id, score }) => [id, score]);
    expect(scores).toEqual(CATEGORIES.map((id) => [id, 1]));
  });
}
