import { chromium } from "@playwright/test";
import puppeteer from "puppeteer-core";

import config from "./playwright.config.js";
import { type DrivenPage, openWebKit } from "./webdriver.js";

/** Opens a page in each browser that the package and the page are made for. */
export const browsers = {
  Chromium: async (): Promise<DrivenPage> => {
    const browser = await chromium.launch(config.use!.launchOptions);
    const page = await browser.newPage();
    return {
      open: async (address) => void (await page.goto(address)),
      evaluate: (expression) => page.evaluate(expression),
      close: () => browser.close(),
    };
  },
  Firefox: async (): Promise<DrivenPage> => {
    const browser = await puppeteer.launch({
      browser: "firefox",
      executablePath: process.env.WIDEYE_FIREFOX ?? "/usr/bin/firefox-esr",
      headless: true,
    });
    const page = await browser.newPage();
    return {
      open: async (address) => void (await page.goto(address)),
      evaluate: (expression) => page.evaluate(expression),
      close: () => browser.close(),
    };
  },
  WebKitGTK: openWebKit,
};
