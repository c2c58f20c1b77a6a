// What goes wrong with the package's own files, and with the engine.
import { readFileSync } from "node:fs";

import type { Page } from "@playwright/test";
import type * as wideye from "wideye";

import type { Answer } from "../browser/server.js";
import { blankPage, expect, test } from "./fixtures.js";
import { withMemoryLimit } from "./memory-limit.js";

interface Options {
  readonly wasm?: string;
  readonly decoder?: "wasm";
}

type Globals = typeof globalThis & { wideye: typeof wideye };

/** What comes of creating a classifier and giving it pixels and a file. */
const attempt = (page: Page, options: Options = {}) =>
  page.evaluate(async (options) => {
    const { createClassifier } = (globalThis as Globals).wideye;
    try {
      const classifier = await createClassifier(options);
      await classifier.classify("cup.jpg");
      classifier.close();
      return { simd: classifier.modelInfo.simd };
    } catch (error) {
      const { name, code, message } = error as wideye.ClassifierError;
      return { name, code, message };
    }
  }, options);

const answers: readonly [string, Answer][] = [
  ["nothing", { status: 404 }],
  [
    "its start page",
    { headers: { "Content-Type": "text/html" }, body: "<!doctype html><title>start</title>" },
  ],
];
const assets: readonly [string, RegExp, Options][] = [
  ["the wasm", /\/(wideye(?:-relaxed)?\.wasm)$/, {}],
  ["the model", /\/([\w-]+\.onnx)$/, {}],
  ["the decoder", /\/(decoder\.wasm)$/, { decoder: "wasm" }],
];

for (const [what, answer] of answers) {
  for (const [asset, pattern, options] of assets) {
    test(`a server with ${what} for ${asset} is named with the address`, async ({
      page,
      installed,
      serve,
    }) => {
      const site = await serve(installed.folder, installed.path("public"));
      site.answers.set(pattern, answer);
      await page.goto(blankPage(site, installed));
      const outcome = await attempt(page, options);
      expect(outcome).toMatchObject({ name: "ClassifierError", code: "network" });
      const named = /http:\S+?(?=[\s;]|$)/.exec(outcome.message!)?.[0];
      expect(named).toMatch(pattern);
      expect(site.asked).toContain(new URL(named!).pathname);

      site.answers.delete(pattern);
      expect(await attempt(page, options)).toHaveProperty("simd");
    });
  }

  test(`a server with ${what} for the relaxed wasm is asked for the other`, async ({
    page,
    installed,
    serve,
  }) => {
    const site = await serve(installed.folder, installed.path("public"));
    await page.goto(blankPage(site, installed));
    expect(await attempt(page)).toEqual({ simd: "relaxed" });
    site.answers.set(/relaxed\.wasm$/, answer);
    expect(await attempt(page)).toEqual({ simd: "simd128" });
  });

  test(`a server with ${what} for the worker is a network error`, async ({ page, installed, serve }) => {
    const site = await serve(installed.folder, installed.path("public"));
    site.answers.set(/worker\.js$/, answer);
    await page.goto(blankPage(site, installed));
    expect(await attempt(page)).toMatchObject({ name: "ClassifierError", code: "network" });
  });
}

test("memory that runs out in the worker crashes its classifier and no other", async ({
  page,
  installed,
  serve,
}) => {
  const site = await serve(installed.folder, installed.path("public"));
  const wasm = readFileSync(installed.path("node_modules/wideye/wasm/wideye.wasm"));
  site.answers.set(/limited\.wasm$/, {
    headers: { "Content-Type": "application/wasm" },
    body: withMemoryLimit(wasm, 64),
  });
  await page.goto(blankPage(site, installed));
  const outcome = await attempt(page, { wasm: "limited.wasm" });
  expect(outcome).toMatchObject({ name: "ClassifierError", code: "crashed" });
  expect(await attempt(page)).toHaveProperty("simd");
});
