// The inline build and the plain script, under the policies that their documentation names.
import { writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

import { expect, type Page, test } from "@playwright/test";
import { build, type Rolldown } from "vite";
import * as wideye from "wideye";

import { repositoryFile } from "./files.js";
import { type Answer, serveSite, type TestServer } from "./server.js";

test.slow();

const script = (path: string): Answer => ({
  headers: { "Content-Type": "text/javascript", "Access-Control-Allow-Origin": "*" },
  body: repositoryFile(path),
});
const data = (path: string): Answer => ({
  headers: { "Access-Control-Allow-Origin": "*" },
  body: repositoryFile(path),
});
/** The folder of the package that the plain script needs, as a static server shows it. */
const packageFiles = (): Record<string, Answer> => ({
  "/wideye/dist/wideye.min.js": script("web/dist/wideye.min.js"),
  "/wideye/dist/worker.min.js": script("web/dist/worker.min.js"),
  "/wideye/wasm/wideye.wasm": data("web/wasm/wideye.wasm"),
  "/wideye/wasm/wideye-relaxed.wasm": data("web/wasm/wideye-relaxed.wasm"),
  "/wideye/models/res9.onnx": data("web/models/res9.onnx"),
});
const html = (body: string, policy: string): Answer => ({
  headers: { "Content-Type": "text/html", "Content-Security-Policy": policy },
  body: `<!doctype html><title>build</title><link rel="icon" href="data:,">${body}`,
});

/** Classifies pixels of a formula with the page's global; this function also runs in Node. */
async function classify({
  createClassifier,
}: typeof wideye): Promise<{ predictions: readonly wideye.Prediction[]; simd: string }> {
  const [width, height] = [40, 27];
  const pixels = new Uint8ClampedArray(4 * width * height);
  for (let i = 0; i < width * height; i += 1) {
    const [x, y] = [i % width, Math.floor(i / width)];
    pixels.set([(6 * x) % 256, (9 * y) % 256, (x * y) % 256, 255], 4 * i);
  }
  const classifier = await createClassifier();
  const { predictions } = await classifier.classify({ data: pixels, width, height });
  return { predictions, simd: classifier.modelInfo.simd };
}

let expected: readonly wideye.Prediction[];

test.beforeAll(async () => {
  expected = (await classify(wideye)).predictions;
});

/** Classifies in the page; how many workers run then, and where their scripts come from. */
async function classifyIn(page: Page): Promise<{ workers: string[]; simd: string }> {
  const { predictions, simd } = await page.evaluate<Awaited<ReturnType<typeof classify>>>(
    `(${classify})(wideye)`,
  );
  expect(predictions.map(({ label }) => label)).toEqual(expected.map(({ label }) => label));
  const differences = predictions.map(({ probability }, i) =>
    Math.abs(probability - expected[i]!.probability),
  );
  expect(Math.max(...differences)).toBeLessThan(1e-5);
  return { workers: page.workers().map((worker) => worker.url()), simd };
}

test.describe("wideye/inline", () => {
  let bundled: string;

  test.beforeAll(async () => {
    const entry = test.info().outputPath("entry.js");
    writeFileSync(entry, 'import * as wideye from "wideye/inline";\nglobalThis.wideye = wideye;\n');
    const [built] = (await build({
      configFile: false,
      logLevel: "warn",
      build: { write: false, lib: { entry, formats: ["iife"], name: "bundled" } },
    })) as Rolldown.RolldownOutput[];
    const { output } = built!;
    expect(output.map(({ fileName }) => fileName)).toHaveLength(1);
    bundled = output[0].code.replaceAll("</script", "<\\/script");
  });

  test("works in one HTML file from the disk, in a worker", async ({ page }, testInfo) => {
    const file = testInfo.outputPath("page.html");
    writeFileSync(file, `<!doctype html><title>one file</title><script>${bundled}</script>`);
    const requests: string[] = [];
    page.on("request", (request) => requests.push(request.url().slice(0, 60)));
    await page.goto(pathToFileURL(file).href);
    const { workers, simd } = await classifyIn(page);
    expect(workers).toEqual([expect.stringMatching(/^blob:/)]);
    expect(simd).toBe("simd128");
    expect(requests.filter((url) => !url.startsWith("blob:"))).toEqual([
      pathToFileURL(file).href.slice(0, 60),
    ]);
  });

  for (const [title, directive, scheme] of [
    ["allows blob workers", "worker-src blob:", /^blob:/],
    ["forbids blob workers", "worker-src 'none'", undefined],
  ] as const) {
    test(`works where the policy ${title} and nothing else`, async ({ page }) => {
      const policy = `default-src 'none'; img-src data:; script-src 'self' 'wasm-unsafe-eval'; ${directive}`;
      const site = await serveSite({
        "/": html('<script src="/bundled.js"></script>', policy),
        "/bundled.js": { headers: { "Content-Type": "text/javascript" }, body: bundled },
      });
      try {
        await page.goto(site.origin);
        const { workers } = await classifyIn(page);
        expect(workers).toEqual(scheme ? [expect.stringMatching(scheme)] : []);
        expect(site.asked).toEqual(["/", "/bundled.js"]);
      } finally {
        await site.close();
      }
    });
  }
});

test.describe("wideye.min.js", () => {
  const tag = (origin: string): string => `<script src="${origin}/wideye/dist/wideye.min.js"></script>`;
  const sites: TestServer[] = [];

  const open = async (page: Page, answers: Record<string, Answer>): Promise<TestServer> => {
    const site = await serveSite(answers);
    sites.push(site);
    await page.goto(site.origin);
    return site;
  };
  test.afterEach(async () => {
    await Promise.all(sites.splice(0).map((site) => site.close()));
  });

  test("needs the policy of the package's modules where it comes from the page's origin", async ({
    page,
  }) => {
    const policy =
      "default-src 'none'; img-src data:; connect-src 'self'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'";
    const site = await open(page, { ...packageFiles(), "/": html(tag(""), policy) });
    const { workers } = await classifyIn(page);
    expect(workers).toEqual([`${site.origin}/wideye/dist/worker.min.js`]);
    expect(await page.evaluate("Object.keys(wideye).sort()")).toEqual(Object.keys(wideye).sort());
  });

  test("works from another origin, in a worker or without, as the policy has it", async ({ page }) => {
    const cdn = await serveSite(packageFiles());
    sites.push(cdn);
    const rest = `default-src 'none'; img-src data:; connect-src ${cdn.origin}; script-src ${cdn.origin} 'wasm-unsafe-eval'`;
    const site = await open(page, {
      "/": html(tag(cdn.origin), `${rest}; worker-src blob:`),
      "/strict": html(tag(cdn.origin), `${rest}; worker-src 'none'`),
    });
    expect((await classifyIn(page)).workers).toEqual([expect.stringMatching(/^blob:/)]);
    await page.goto(`${site.origin}/strict`);
    expect((await classifyIn(page)).workers).toEqual([]);
    expect(site.asked).toEqual(["/", "/strict"]);
  });
});
