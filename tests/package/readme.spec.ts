// Every example of the package's README, as a reader would run it.
import { readFileSync } from "node:fs";
import { cp, writeFile } from "node:fs/promises";

import { expect, test } from "./fixtures.js";

interface Example {
  readonly heading: string;
  readonly language: string;
  readonly code: string;
}

const examples: Example[] = [];
let heading = "";
const readme = readFileSync(new URL("../../web/README.md", import.meta.url), "utf8");
for (const [, title, language, code] of readme.matchAll(/^#+ (.+)$|^```(.*)\n([\s\S]*?)^```$/gm)) {
  if (title !== undefined) heading = title;
  else examples.push({ heading, language: language!, code: code! });
}
const inPages = examples.filter(({ language }) => ["js", "html"].includes(language));
const inNode = examples.filter(({ language }) => language === "mjs");

test("there are no examples but those that run here", () => {
  expect(inPages.length).toBeGreaterThan(0);
  expect(inNode.length).toBeGreaterThan(0);
  expect(inPages.length + inNode.length).toBe(examples.length);
});

for (const [index, { heading, language, code }] of inPages.entries()) {
  test(`example ${index + 1} in a page: ${heading}`, async ({ page, installed, serve }) => {
    const site = await serve(installed.folder, installed.path("public"));
    const picture = readFileSync(installed.path("public/cup.jpg"));
    site.answers.set(/^\/photo\.jpg$/, { headers: { "Content-Type": "image/jpeg" }, body: picture });
    const trees = new URL("../fixtures/models/foreign/open-sides.onnx", import.meta.url);
    site.answers.set(/^\/trees\.onnx$/, { body: readFileSync(trees) });
    const shell = readFileSync(installed.path("index.html"), "utf8");
    const body = language === "html" ? code : `<script type="module">${code}</script>`;
    const html = shell.replace(/<body>[\s\S]*<\/body>/, () => `<body>${body}</body>`);
    site.answers.set(/^\/example$/, { headers: { "Content-Type": "text/html" }, body: html });
    const failures: string[] = [];
    page.on("pageerror", ({ message }) => failures.push(message));

    await page.goto(`${site.origin}/example`);
    // Pierces shadow roots: a percentage, a class of the photograph, or what went wrong with a missing one.
    await expect(page.getByText(/\d ?%|cup|network: .*missing\.jpg/).first()).toBeVisible({
      timeout: 60_000,
    });
    expect(failures).toEqual([]);
  });
}

for (const { heading, code } of inNode) {
  test(`example in Node: ${heading}`, async ({ installed, reference }) => {
    await cp(installed.path("public/cup.jpg"), installed.path("photo.jpg"));
    await writeFile(installed.path("example.mjs"), code);
    const output = await installed.run("node", "example.mjs");
    expect(output.trim()).toBe(reference.file[0]!.label);
  });
}
