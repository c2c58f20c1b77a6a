// What the package does in every browser: Chromium, Firefox and WebKitGTK.
import type * as wideye from "wideye";
import type {} from "wideye/element";

import { browsers } from "../browser/browsers.js";
import type { DrivenPage } from "../browser/webdriver.js";
import { type Answer, expectSame } from "./answers.js";
import { blankPage, expect, test } from "./fixtures.js";
import { type Site, serveFolders } from "./site.js";

type Package = typeof wideye;

/** Run in the page, with the package; what they return is looked at here. */
const cases = {
  async everyInput({ createClassifier }: Package) {
    const classifier = await createClassifier();
    const blob = await (await fetch("cup.jpg")).blob();
    const image = new Image();
    image.src = "cup.jpg";
    await image.decode();
    const canvas = document.createElement("canvas");
    const offscreen = new OffscreenCanvas(image.naturalWidth, image.naturalHeight);
    [canvas.width, canvas.height] = [image.naturalWidth, image.naturalHeight];
    for (const target of [canvas, offscreen]) {
      (target.getContext("2d") as CanvasRenderingContext2D).drawImage(image, 0, 0);
    }
    const inputs: Record<string, wideye.ClassifierInput> = {
      address: "cup.jpg",
      url: new URL("cup.jpg", location.href),
      blob,
      file: new File([blob], "cup.jpg"),
      buffer: await blob.arrayBuffer(),
      bytes: new Uint8Array(await blob.arrayBuffer()),
      image,
      canvas,
      offscreen,
      bitmap: await createImageBitmap(blob, { colorSpaceConversion: "none" }),
      imageData: canvas.getContext("2d")!.getImageData(0, 0, canvas.width, canvas.height),
    };
    const answers: [string, number, number, readonly wideye.Prediction[]][] = [];
    for (const [name, input] of Object.entries(inputs)) {
      const { predictions, width, height } = await classifier.classify(input);
      answers.push([name, width, height, predictions]);
    }
    const data = new Uint8ClampedArray(await (await fetch("cup.rgba")).arrayBuffer());
    const { predictions: pixels } = await classifier.classify(new ImageData(data, 60));
    classifier.close();
    return { answers, pixels };
  },

  async ownDecoder({ createClassifier }: Package) {
    const classifier = await createClassifier({ decoder: "wasm" });
    const { predictions } = await classifier.classify("cup.jpg");
    classifier.close();
    return predictions;
  },

  async options({ createClassifier }: Package) {
    const classifier = await createClassifier();
    const all = await classifier.classify("cup.jpg", {
      topK: null,
      activationMaps: true,
      thumbnail: true,
      fit: "contain",
    });
    const { labels, inputWidth, inputHeight } = classifier.modelInfo;
    const { predictions, activationMaps, thumbnail } = all;
    classifier.close();
    return {
      classes: labels.length,
      predictions: predictions.length,
      total: predictions.reduce((sum, { probability }) => sum + probability, 0),
      values: activationMaps!.values.length / (activationMaps!.width * activationMaps!.height),
      thumbnail: [thumbnail!.width / inputWidth, thumbnail!.height / inputHeight],
      corner: [...thumbnail!.data.slice(0, 4)],
    };
  },

  async manyInOrder({ createClassifier }: Package) {
    const classifier = await createClassifier({ workers: 2 });
    const [one, two] = ["cup.jpg", "missing.jpg"];
    const outcomes: string[] = [];
    for await (const { input, result, error } of classifier.classifyAll([one, two, one, one])) {
      outcomes.push(`${input} ${result?.predictions[0]?.label ?? error?.code}`);
    }
    classifier.close();
    return outcomes;
  },

  async callingThread({ createClassifier }: Package) {
    const classifier = await createClassifier({ worker: false });
    const { predictions } = await classifier.classify("cup.jpg");
    classifier.close();
    return predictions;
  },

  async failures({ createClassifier }: Package) {
    const codeOf = (promise: Promise<unknown>) =>
      promise.then(
        () => "none",
        ({ name, code }: wideye.ClassifierError) => `${name} ${code}`,
      );
    const classifier = await createClassifier();
    const aborted = AbortSignal.abort();
    const codes = [
      await codeOf(classifier.classify(new Blob(["text"]))),
      await codeOf(classifier.classify("cup.jpg", { signal: aborted })),
      await codeOf(classifier.classify({ width: 2, height: 2, data: new Uint8ClampedArray(3) })),
      await codeOf(createClassifier({ model: "cup.jpg" })),
      await codeOf(createClassifier({ model: "missing.onnx" })),
    ];
    const busy = codeOf(classifier.classify("cup.jpg"));
    classifier.close();
    return [...codes, await busy];
  },

  async element(_: Package) {
    const eye = document.createElement("wide-eye");
    const predictions = new Promise<readonly wideye.Prediction[]>((resolve, reject) => {
      eye.addEventListener("result", ({ detail }) => resolve(detail.predictions));
      eye.addEventListener("error", ({ detail }) => reject(detail));
    });
    eye.src = "cup.jpg";
    eye.heatmap = true;
    document.body.append(eye);
    const expected = (await predictions).map(({ label }) => label.replaceAll("_", " "));
    const rows = eye.shadowRoot!.querySelectorAll(".wideye-chart-label");
    const maps = eye.result!.activationMaps!.values.length;
    eye.remove();
    return { labels: [...rows].map(({ textContent }) => textContent), expected, maps };
  },

  async chart({ createClassifier, topFiveChart }: Package) {
    const classifier = await createClassifier();
    const result = await classifier.classify("cup.jpg");
    classifier.close();
    const chart = topFiveChart(result);
    document.body.append(chart);
    const labels = [...chart.querySelectorAll(".wideye-chart-label")].map(({ textContent }) => textContent);
    return { labels, expected: result.predictions.map(({ label }) => label.replaceAll("_", " ")) };
  },
};

/** The package as a global, and `<wide-eye>` defined. */
const SCRIPT = 'import "wideye/element"; globalThis.wideye = wideye;';

for (const [name, open] of Object.entries(browsers)) {
  test.describe(name, () => {
    let site: Site;
    let page: DrivenPage;

    test.beforeAll(async ({ installed }) => {
      site = await serveFolders(installed.folder, installed.path("public"));
      page = await open();
    });
    test.afterAll(async () => {
      await page?.close();
      await site?.close();
    });
    test.beforeEach(async ({ installed }) => {
      await page.open(blankPage(site, installed, SCRIPT));
      // WebKitWebDriver does not wait for a page's modules.
      await expect.poll(() => page.evaluate('"wideye" in globalThis')).toBe(true);
    });

    const run = async <Name extends keyof typeof cases>(title: Name) =>
      (await page.evaluate(`({ ${cases[title]} }).${title}(wideye)`)) as Awaited<
        ReturnType<(typeof cases)[Name]>
      >;

    test("takes every kind of input", async ({ reference }) => {
      const { answers, pixels } = await run("everyInput");
      for (const [input, width, height, predictions] of answers) {
        expect([width, height], input).toEqual([600, 400]);
        const answer: Answer = { file: predictions, pixels };
        expectSame(answer, reference);
      }
    });

    test("decodes as Node does with the package's own decoder", async ({ reference }) => {
      expect(await run("ownDecoder")).toEqual(
        reference.file.map((prediction) => ({
          ...prediction,
          probability: expect.closeTo(prediction.probability, 5),
        })),
      );
    });

    test("returns all classes, maps and the thumbnail on request", async () => {
      const { classes, predictions, total, values, thumbnail, corner } = await run("options");
      expect(predictions).toBe(classes);
      expect(total).toBeCloseTo(1, 4);
      expect(values).toBe(classes);
      expect(thumbnail).toEqual([1, 1]);
      expect(corner).toEqual([255, 255, 255, 255]);
    });

    test("answers many pictures in order with two workers", async () => {
      expect(await run("manyInOrder")).toEqual([
        "cup.jpg cup",
        "missing.jpg network",
        "cup.jpg cup",
        "cup.jpg cup",
      ]);
    });

    test("works on the calling thread", async ({ reference }) => {
      expectSame({ ...reference, file: await run("callingThread") }, reference);
    });

    test("says what went wrong", async () => {
      expect(await run("failures")).toEqual([
        "ClassifierError not-an-image",
        "ClassifierError aborted",
        "ClassifierError internal",
        "ClassifierError bad-model",
        "ClassifierError network",
        "ClassifierError closed",
      ]);
    });

    test("shows <wide-eye>", async () => {
      const { labels, expected, maps } = await run("element");
      expect(labels).toHaveLength(5);
      expect(labels).toEqual(expected);
      expect(maps).toBeGreaterThan(0);
    });

    test("draws the five likeliest classes", async () => {
      const { labels, expected } = await run("chart");
      expect(labels).toHaveLength(5);
      expect(labels).toEqual(expected);
    });
  });
}
