// A classifier from its start to its end, in Chromium.
import type * as wideye from "wideye";

import { blankPage, expect, test } from "./fixtures.js";

type Globals = typeof globalThis & { wideye: typeof wideye; classifier: wideye.Classifier };

test.beforeEach(async ({ page, installed, serve }) => {
  const site = await serve(installed.folder, installed.path("public"));
  await page.goto(blankPage(site, installed));
});

const create = () =>
  (async () => {
    const globals = globalThis as Globals;
    globals.classifier = await globals.wideye.createClassifier();
  })();

test("classifies on without a network", async ({ page, context }) => {
  await page.evaluate(create);
  await context.setOffline(true);
  const label = await page.evaluate(async () => {
    const canvas = new OffscreenCanvas(60, 40);
    canvas.getContext("2d")!.fillRect(10, 5, 20, 30);
    const blob = await canvas.convertToBlob();
    const { predictions } = await (globalThis as Globals).classifier.classify(blob);
    return predictions[0]!.label;
  });
  expect(label).toMatch(/^\w+$/);
});

test("an abort rejects, and the next picture is answered", async ({ page }) => {
  const outcome = await page.evaluate(async () => {
    const { createClassifier } = (globalThis as Globals).wideye;
    const codeOf = (promise: Promise<unknown>) =>
      promise.then(
        () => "none",
        ({ code }: wideye.ClassifierError) => code,
      );
    const loading = new AbortController();
    const load = codeOf(createClassifier({ signal: loading.signal }));
    loading.abort();
    const classifier = await createClassifier();
    const busy = new AbortController();
    const first = codeOf(classifier.classify("cup.jpg", { signal: busy.signal }));
    const second = classifier.classify("cup.jpg");
    busy.abort();
    return { load: await load, first: await first, second: (await second).predictions.length };
  });
  expect(outcome).toEqual({ load: "aborted", first: "aborted", second: 5 });
  expect(page.workers()).toHaveLength(1);
});

test("closing while busy rejects what is under way and ends the worker", async ({ page }) => {
  await page.evaluate(create);
  expect(page.workers()).toHaveLength(1);
  const codes = await page.evaluate(async () => {
    const { classifier } = globalThis as Globals;
    const calls = [1, 2, 3].map(() => classifier.classify("cup.jpg"));
    classifier.close();
    const settled = await Promise.allSettled([...calls, classifier.classify("cup.jpg")]);
    return settled.map((call) => (call as PromiseRejectedResult).reason.code);
  });
  expect(codes).toEqual(["closed", "closed", "closed", "closed"]);
  await expect.poll(() => page.workers().length).toBe(0);
});

test("two classifiers work side by side", async ({ page }) => {
  const answers = await page.evaluate(async () => {
    const { createClassifier } = (globalThis as Globals).wideye;
    const two = await Promise.all([createClassifier(), createClassifier()]);
    const results = await Promise.all(two.map((classifier) => classifier.classify("cup.jpg")));
    two[0]!.close();
    results.push(await two[1]!.classify("cup.jpg"));
    two[1]!.close();
    return results.map(({ predictions }) => predictions);
  });
  expect(answers[0]).toHaveLength(5);
  expect(answers[1]).toEqual(answers[0]);
  expect(answers[2]).toEqual(answers[0]);
});

test("a thousand pictures in a row leave the memory as the first hundred did", async ({ page }) => {
  await page.evaluate(create);
  const classify = (count: number) =>
    page.evaluate(async (count) => {
      const { classifier } = globalThis as Globals;
      const labels = new Set<string>();
      for (let i = 0; i < count; i += 1) {
        const canvas = new OffscreenCanvas(20 + 13 * (i % 7), 20 + 11 * (i % 5));
        const context = canvas.getContext("2d")!;
        context.fillStyle = `hsl(${(i * 47) % 360} 80% ${30 + (i % 40)}%)`;
        context.fillRect(0, 0, canvas.width, canvas.height);
        context.fillStyle = `hsl(${(i * 101) % 360} 70% 50%)`;
        context.fillRect(i % 17, i % 11, 8 + (i % 9), 5 + (i % 13));
        const { predictions } = await classifier.classify(await canvas.convertToBlob());
        labels.add(predictions[0]!.label);
      }
      return labels.size;
    }, count);
  const memory = () =>
    page.workers()[0]!.evaluate(async (bindings) => {
      const { default: instantiate } = (await import(bindings)) as {
        default(): Promise<{ memory: WebAssembly.Memory }>;
      };
      return (await instantiate()).memory.buffer.byteLength;
    }, new URL("/node_modules/wideye/wasm/wideye.js", page.url()).href);
  expect(await classify(100)).toBeGreaterThan(5);
  const warm = await memory();
  expect(warm).toBeGreaterThan(0);
  await classify(1000);
  expect(await memory()).toBe(warm);
});
