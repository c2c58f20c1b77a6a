import { expect, type Page, test } from "@playwright/test";
import type * as wideye from "wideye";

import { servePackage, type TestServer } from "./server.js";

type Package = typeof wideye;
type Classifier = wideye.Classifier;

/** What the scripts below keep in the page. */
interface PageState {
  /** How many pictures each worker has answered. */
  answers: number[];
  pictures: Blob[];
  classifier: Classifier;
}

let site: TestServer;

test.slow();
test.beforeAll(async () => {
  site = await servePackage();
});
test.afterAll(() => site.close());

test.beforeEach(async ({ page }) => {
  await page.addInitScript(() => {
    const state = globalThis as unknown as PageState;
    state.answers = [];
    globalThis.Worker = class extends Worker {
      constructor(script: string | URL, options?: WorkerOptions) {
        super(script, options);
        const at = state.answers.push(0) - 1;
        this.addEventListener("message", ({ data }: MessageEvent<{ type: string }>) => {
          if (data.type === "classified") state.answers[at]! += 1;
        });
      }
    };
  });
  await page.goto(site.origin);
});

/** Draws pictures of differing sizes, no two alike. */
const draw = (page: Page, count: number): Promise<void> =>
  page.evaluate(async (count) => {
    const pictures: Blob[] = [];
    for (let i = 0; i < count; i += 1) {
      const canvas = new OffscreenCanvas(20 + 13 * (i % 7), 20 + 11 * (i % 5));
      const context = canvas.getContext("2d")!;
      context.fillStyle = `hsl(${(i * 47) % 360} 80% ${30 + (i % 40)}%)`;
      context.fillRect(0, 0, canvas.width, canvas.height);
      context.fillStyle = `hsl(${(i * 101) % 360} 70% 50%)`;
      context.fillRect(i % 17, i % 11, 8 + (i % 9), 5 + (i % 13));
      pictures.push(await canvas.convertToBlob());
    }
    (globalThis as unknown as PageState).pictures = pictures;
  }, count);

const create = (page: Page, workers: number): Promise<void> =>
  page.evaluate(async (workers) => {
    const name = "wideye";
    const { createClassifier } = (await import(name)) as Package;
    const model = "/fixtures/models/tiny.onnx";
    (globalThis as unknown as PageState).classifier = await createClassifier({ model, workers });
  }, workers);

/** Classifies all pictures; the answers in order, and the most that were taken and not yet answered. */
const classifyAll = (page: Page): Promise<{ answers: string[]; most: number }> =>
  page.evaluate(async () => {
    const { pictures, classifier } = globalThis as unknown as PageState;
    const answers: string[] = [];
    let taken = 0;
    let most = 0;
    function* source(): Generator<Blob> {
      for (const picture of pictures) {
        taken += 1;
        most = Math.max(most, taken - answers.length);
        yield picture;
      }
    }
    for await (const { input, result, error } of classifier.classifyAll(source(), { topK: null })) {
      if (error) throw error;
      const { predictions, width, height } = result;
      answers.push(JSON.stringify([pictures.indexOf(input), width, height, predictions]));
    }
    return { answers, most };
  });

const answersOf = (page: Page): Promise<number[]> =>
  page.evaluate(() => (globalThis as unknown as PageState).answers);

/** The wasm memory of each worker, in bytes. */
const memoryOf = (page: Page): Promise<number[]> =>
  Promise.all(
    page.workers().map((worker) =>
      worker.evaluate(async (bindings) => {
        const { default: instantiate } = (await import(bindings)) as {
          default(): Promise<{ memory: WebAssembly.Memory }>;
        };
        return (await instantiate()).memory.buffer.byteLength;
      }, `${site.origin}/web/wasm/wideye.js`),
    ),
  );

/** Classifies all pictures again until each of `workers` workers has answered at least `count`. */
async function classifyUntil(page: Page, workers: number, count: number): Promise<void> {
  let answers: number[];
  do {
    await classifyAll(page);
    answers = await answersOf(page);
  } while (answers.length < workers || Math.min(...answers) < count);
}

test("two workers answer three hundred pictures as one does, in order", async ({ page }) => {
  await draw(page, 300);
  await create(page, 1);
  const alone = await classifyAll(page);
  expect(page.workers()).toHaveLength(1);
  expect(alone.answers).toHaveLength(300);
  expect(alone.answers.map((answer) => (JSON.parse(answer) as [number])[0])).toEqual([...Array(300).keys()]);
  expect(
    new Set(alone.answers.map((answer) => JSON.stringify((JSON.parse(answer) as unknown[])[3]))).size,
  ).toBeGreaterThan(100);

  await page.reload();
  await draw(page, 300);
  site.asked.length = 0;
  await create(page, 2);
  expect(page.workers()).toHaveLength(1);
  await classifyUntil(page, 2, 50);
  const together = await classifyAll(page);
  expect(together.answers).toEqual(alone.answers);
  // Two run, four are read ahead, one is on its way to the loop.
  expect(together.most).toBeLessThanOrEqual(2 + 4 + 1);
  expect(page.workers()).toHaveLength(2);
  for (const kind of [/\.wasm$/, /\.onnx$/]) {
    expect(site.asked.filter((path) => kind.test(path))).toHaveLength(1);
  }
  await page.evaluate(() => (globalThis as unknown as PageState).classifier.close());
  await expect.poll(() => page.workers().length).toBe(0);
});

test("the memory of both workers stays as it is after their first hundred pictures", async ({ page }) => {
  await draw(page, 100);
  await create(page, 2);
  await classifyUntil(page, 2, 100);
  const warm = await memoryOf(page);
  expect(warm).toHaveLength(2);
  expect(Math.min(...warm)).toBeGreaterThan(0);
  await classifyUntil(page, 2, 300);
  expect(await memoryOf(page)).toEqual(warm);
});

test("a worker that stops is replaced", async ({ page }) => {
  await draw(page, 100);
  await create(page, 2);
  await classifyUntil(page, 2, 1);
  const { answers } = await classifyAll(page);
  await page.workers()[0]!.evaluate(() => {
    setTimeout(() => {
      throw new Error("out of memory");
    });
  });
  await expect.poll(() => page.workers().length).toBe(1);
  await classifyUntil(page, 3, 1);
  expect(page.workers()).toHaveLength(2);
  expect((await classifyAll(page)).answers).toEqual(answers);
});

test("the only worker is replaced at the picture at which it stops, without another download", async ({
  page,
}) => {
  await draw(page, 40);
  await create(page, 1);
  const { answers } = await classifyAll(page);
  site.asked.length = 0;
  await page.workers()[0]!.evaluate(() => {
    addEventListener("message", () => {
      setTimeout(() => {
        throw new Error("out of memory");
      });
    });
  });
  expect((await classifyAll(page)).answers).toEqual(answers);
  expect(page.workers()).toHaveLength(1);
  expect(await answersOf(page)).toHaveLength(2);
  expect(site.asked.filter((path) => /\.(wasm|onnx)$/.test(path))).toEqual([]);
});

test("a thousand pictures leave nothing behind in the page", async ({ page, context }) => {
  await create(page, 2);
  const devtools = await context.newCDPSession(page);
  const held = async (): Promise<number> => {
    await devtools.send("HeapProfiler.collectGarbage");
    const { usedSize, backingStorageSize } = await devtools.send("Runtime.getHeapUsage");
    return usedSize + backingStorageSize;
  };
  const classify = (count: number): Promise<number> =>
    page.evaluate(async (count) => {
      function* pictures(): Generator<ImageData> {
        for (let i = 0; i < count; i += 1) yield new ImageData(160, 100);
      }
      const { classifier } = globalThis as unknown as PageState;
      let answers = 0;
      for await (const { result } of classifier.classifyAll(pictures()))
        answers += Number(result !== undefined);
      return answers;
    }, count);
  expect(await classify(100)).toBe(100);
  const before = await held();
  expect(await classify(1000)).toBe(1000);
  // Twenty of the thousand pictures' pixels.
  expect((await held()) - before).toBeLessThan(20 * 4 * 160 * 100);
});
