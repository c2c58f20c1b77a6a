import { createHash } from "node:crypto";
import { cpSync } from "node:fs";

import type { Page } from "@playwright/test";

import { type Answer, expectSame } from "./answers.js";
import { expect, test } from "./fixtures.js";

/** How a fixture is built, and the folders of it that are then served. */
interface Recipe {
  readonly title: string;
  readonly fixture: string;
  readonly build?: readonly string[];
  readonly folders?: readonly string[];
  /** Instead of folders: a server that the project brings. */
  readonly served?: readonly string[];
}

const recipes: readonly Recipe[] = [
  {
    title: "Vite, development",
    fixture: "vite",
    served: ["vite", "--host", "127.0.0.1", "--port", "0"],
  },
  { title: "Vite, built", fixture: "vite", build: ["vite", "build"], folders: ["dist"] },
  { title: "webpack", fixture: "webpack", build: ["webpack"], folders: ["dist", "public"] },
  {
    title: "Rollup",
    fixture: "rollup",
    build: ["rollup", "--config", "--silent"],
    folders: ["public"],
  },
  { title: "esbuild", fixture: "esbuild", build: ["node", "build.js"], folders: ["public"] },
  { title: "an import map, no bundler", fixture: "import-map", folders: [".", "public"] },
  { title: "a script tag", fixture: "script-tag", folders: [".", "public"] },
];

/** All that a page with the package needs; the inline import map would need its hash besides. */
const POLICY =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; connect-src 'self'; style-src 'self'; img-src data:";

/** Expects the page's answer to be that of Node, from a worker and without a message on the console. */
async function expectAnswer(page: Page, address: string, reference: Answer): Promise<void> {
  const messages: string[] = [];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) {
      messages.push(`${message.location().url}: ${message.text()}`);
    }
  });
  page.on("pageerror", ({ message }) => messages.push(message));
  let workers = 0;
  page.on("worker", () => (workers += 1));

  await page.goto(address);
  const started = () => page.evaluate(() => "answer" in globalThis);
  await expect.poll(async () => [...messages, await started()], { timeout: 60_000 }).toEqual([true]);
  const answer = await page.evaluate(() => (globalThis as unknown as { answer: Answer }).answer);
  expectSame(answer, reference);
  await expect(page.getByRole("listitem")).toHaveCount(5);
  expect(workers).toBeGreaterThan(0);
  expect(messages).toEqual([]);
}

for (const { title, fixture, build, folders = [], served } of recipes) {
  test(title, async ({ page, reference, install, serve }) => {
    const project = await install(fixture);
    if (build) await project.run("npx", ...build);
    if (served) return expectAnswer(page, await project.serve("npx", ...served), reference);
    const site = await serve(...folders.map((name) => project.path(name)));
    if (fixture !== "import-map") site.headers.set("Content-Security-Policy", POLICY);
    await expectAnswer(page, `${site.origin}/`, reference);
  });
}

test("Next.js, on the server and in a client component", async ({ page, reference, install }) => {
  const project = await install("next");
  await project.run("npx", "next", "build", "--webpack");
  const origin = await project.serve("npx", "next", "start", "--hostname", "127.0.0.1", "--port", "0");
  await expectAnswer(page, origin, reference);
  const said = await page.locator("pre").textContent();
  expectSame(JSON.parse(said!) as Answer, reference);
});

test("a page of a browser extension", async ({ playwright, launchOptions, reference, install }) => {
  const project = await install("extension");
  cpSync(project.path("public"), project.folder, { recursive: true });
  const context = await playwright.chromium.launchPersistentContext("", {
    ...launchOptions,
    args: [
      ...launchOptions.args!,
      `--load-extension=${project.folder}`,
      "--disable-features=DisableLoadExtensionCommandLineSwitch",
    ],
    ignoreDefaultArgs: ["--disable-extensions"],
  });
  try {
    await expectAnswer(await context.newPage(), `${extensionOrigin(project.folder)}/page.html`, reference);
  } finally {
    await context.close();
  }
});

test("a worker of the page's own", async ({ page, reference, install, serve }) => {
  const project = await install("esbuild");
  await project.run("node", "build.js");
  const site = await serve(project.path("public"));
  await page.goto(`${site.origin}/`);
  const answer = await page.evaluate(
    () =>
      new Promise<Answer>((resolve, reject) => {
        const worker = new Worker("dist/in-worker.js", { type: "module" });
        worker.onmessage = ({ data }) => resolve(data as Answer);
        worker.onerror = ({ message }) => reject(new Error(message));
      }),
  );
  expectSame(answer, reference);
});

test("wideye/inline in one script, which fetches nothing", async ({ page, reference, install, serve }) => {
  const project = await install("inline");
  await project.run("node", "build.js");
  const site = await serve(project.path("public"));
  site.headers.set("Content-Security-Policy", POLICY.replace("worker-src 'self'", "worker-src blob:"));
  await expectAnswer(page, `${site.origin}/`, reference);
  expect(site.asked.sort()).toEqual(["/", "/cup.jpg", "/cup.rgba", "/inline.js"]);
});

/** Chromium names an unpacked extension after its folder. */
function extensionOrigin(folder: string): string {
  const digest = createHash("sha256").update(folder).digest("hex").slice(0, 32);
  const id = [...digest].map((digit) => String.fromCharCode(97 + Number.parseInt(digit, 16))).join("");
  return `chrome-extension://${id}`;
}
