// The package as its users have it: a large photograph, and many pictures with several workers.
import { median } from "./statistics.mjs";

const SECONDS = 5;

/** Returns the report's `jpeg12mp`. */
export async function measurePhotograph(browser, rounds) {
  const page = await browser.open("package", "package");
  const { endToEndMs, browserDecodeMs } = await page.evaluate(
    async (...args) => (await import("/pages/package/package.js")).photograph(...args),
    "/data/photograph.jpg",
    rounds,
  );
  await page.close();
  const result = { endToEndMs: median(endToEndMs), browserDecodeMs: median(browserDecodeMs) };
  return {
    ...result,
    ratio: result.endToEndMs / result.browserDecodeMs,
    samples: { endToEndMs, browserDecodeMs },
  };
}

/**
 * Returns the report's `throughput`, `wide` on 32x32 pixels; numbers of workers that the package does not
 * start are left out with a message.
 */
export async function measureThroughput(browser, cores) {
  const numbers = [1, 2, 4, 8].filter((workers) => workers <= Math.max(1, cores));
  const throughput = [];
  for (const workers of numbers) {
    const page = await browser.open("package", "package");
    const { imagesPerSecond, startedWorkers } = await page.evaluate(
      async (...args) => (await import("/pages/package/package.js")).throughput(...args),
      "/data/wide.onnx",
      "/data/images.rgba",
      workers,
      SECONDS,
    );
    await page.close();
    if (startedWorkers !== workers) {
      console.log(`    left out: createClassifier({ workers: ${workers} }) started ${startedWorkers}`);
      continue;
    }
    throughput.push({ workers, imagesPerSecond });
  }
  return throughput;
}
