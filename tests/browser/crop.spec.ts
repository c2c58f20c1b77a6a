import { expect, test } from "@playwright/test";
import type * as wideye from "wideye";

import { servePackage, type TestServer } from "./server.js";

let site: TestServer;

test.beforeAll(async () => {
  site = await servePackage();
});
test.afterAll(() => site.close());

test("a crop sees the same of a canvas, a file and pixels, and nothing around it", async ({ page }) => {
  await page.goto(site.origin);
  const seen = await page.evaluate(async () => {
    const name = "wideye";
    const { createClassifier } = (await import(name)) as typeof wideye;
    const classifier = await createClassifier({ model: "/fixtures/models/tiny.onnx" });
    // Green in the middle of red.
    const canvas = new OffscreenCanvas(300, 200);
    const context = canvas.getContext("2d")!;
    context.fillStyle = "rgb(200 30 30)";
    context.fillRect(0, 0, 300, 200);
    context.fillStyle = "rgb(20 160 40)";
    context.fillRect(120, 50, 60, 90);
    const inputs = [canvas, await canvas.convertToBlob(), context.getImageData(0, 0, 300, 200)];
    const crop = { x: 120, y: 50, width: 60, height: 90 };
    const colours: string[][] = [];
    for (const input of inputs) {
      const { width, height, thumbnail } = await classifier.classify(input, { crop, thumbnail: true });
      const pixels = Array.from({ length: 32 * 32 }, (_, i) =>
        thumbnail!.data.slice(4 * i, 4 * i + 3).join(" "),
      );
      colours.push([`${width}x${height}`, ...new Set(pixels)]);
    }
    classifier.close();
    return colours;
  });
  expect(seen).toEqual(Array(3).fill(["300x200", "20 160 40"]));
});
