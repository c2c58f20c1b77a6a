// The package as its users have it, with its worker.
import { createClassifier } from "wideye";

const SIDE = 32;
const PICTURE_BYTES = 4 * SIDE * SIDE;

let startedWorkers = 0;
globalThis.Worker = new Proxy(Worker, {
  construct(target, args) {
    startedWorkers += 1;
    return new target(...args);
  },
});

const fetchBlob = async (url) => (await fetch(url)).blob();

/** Loads what is needed for one answer, and gives it. */
export async function answerOnce(model, wasm, photograph) {
  const classifier = await createClassifier({ model, wasm });
  const result = await classifier.classify(await fetchBlob(photograph));
  classifier.close();
  return result.predictions.length;
}

/** Milliseconds of each round: the package's top five of a photograph, and the browser's pixels of it alone. */
export async function photograph(url, rounds) {
  const blob = await fetchBlob(url);
  const classifier = await createClassifier();
  const endToEndMs = [];
  const browserDecodeMs = [];
  for (let round = -1; round < rounds; round += 1) {
    const endToEnd = await timed(() => classifier.classify(blob, { topK: 5 }));
    const browserDecode = await timed(() => readPixels(blob));
    // The first round warms both up.
    if (round < 0) continue;
    endToEndMs.push(endToEnd);
    browserDecodeMs.push(browserDecode);
  }
  classifier.close();
  return { endToEndMs, browserDecodeMs };
}

async function timed(action) {
  const start = performance.now();
  await action();
  return performance.now() - start;
}

async function readPixels(blob) {
  const bitmap = await createImageBitmap(blob, { colorSpaceConversion: "none" });
  const { width, height } = bitmap;
  const context = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
  context.drawImage(bitmap, 0, 0);
  bitmap.close();
  return context.getImageData(0, 0, width, height);
}

/** Pictures a second with a number of workers, and how many workers were really started. */
export async function throughput(model, imagesUrl, workers, seconds) {
  const images_rgba = new Uint8ClampedArray(await (await fetch(imagesUrl)).arrayBuffer());
  const pictures = images_rgba.length / PICTURE_BYTES;
  const before = startedWorkers;
  const classifier = await createClassifier({ model, workers });
  let next = 0;
  let done = 0;
  const feed = async (until) => {
    while (performance.now() < until) {
      const at = PICTURE_BYTES * (next++ % pictures);
      const data = images_rgba.slice(at, at + PICTURE_BYTES);
      await classifier.classify({ width: SIDE, height: SIDE, data }, { topK: 5 });
      done += 1;
    }
  };
  const feedAll = (until) => Promise.all(Array.from({ length: 4 * workers }, () => feed(until)));
  await feedAll(performance.now() + 1000);
  done = 0;
  const start = performance.now();
  await feedAll(start + 1000 * seconds);
  const imagesPerSecond = (1000 * done) / (performance.now() - start);
  classifier.close();
  return { imagesPerSecond, startedWorkers: startedWorkers - before };
}
