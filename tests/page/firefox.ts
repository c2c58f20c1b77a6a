import puppeteer, { type Browser } from "puppeteer-core";

/** Starts Firefox, in English. */
export function launchFirefox(): Promise<Browser> {
  return puppeteer.launch({
    browser: "firefox",
    executablePath: process.env.WIDEYE_FIREFOX ?? "/usr/bin/firefox-esr",
    headless: true,
    // Puppeteer lets files read each other, which Firefox does not.
    extraPrefsFirefox: { "security.fileuri.strict_origin_policy": true, "intl.accept_languages": "en" },
  });
}
