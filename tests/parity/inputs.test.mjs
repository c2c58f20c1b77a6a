// In Chromium, one picture gives one answer in whatever form it comes, and failures bear their codes.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { afterAll, beforeAll, expect, test, vi } from "vitest";

import { openPage } from "./chromium.mjs";
import { rgba } from "./pictures.mjs";
import { encodePng } from "./png.mjs";

vi.setConfig({ testTimeout: 90_000, hookTimeout: 90_000 });

const WIDTH = 48;
const HEIGHT = 33;

let folder;
let opened;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "wideye-inputs-"));
  const file = join(folder, "picture.png");
  await writeFile(file, encodePng(WIDTH, HEIGHT, rgba(1, WIDTH, HEIGHT)));
  const model = fileURLToPath(new URL("../fixtures/models/tiny.onnx", import.meta.url));
  opened = await openPage({ model, files: [file] });
  await opened.page.evaluate(async () => {
    globalThis.classifier = await createClassifier({ model: "/model.onnx" });
  });
});

afterAll(async () => {
  await opened?.close();
  await rm(folder, { recursive: true });
});

test("all inputs give the answer of the picture's address", async () => {
  const { expected, results } = await opened.page.evaluate(async () => {
    const address = "/files/0";
    const blob = await (await fetch(address)).blob();
    const image = await load(address);
    const canvas = document.createElement("canvas");
    const offscreen = new OffscreenCanvas(image.naturalWidth, image.naturalHeight);
    canvas.width = offscreen.width;
    canvas.height = offscreen.height;
    canvas.getContext("2d").drawImage(image, 0, 0);
    offscreen.getContext("2d").drawImage(image, 0, 0);
    const bitmap = await createImageBitmap(blob);
    const inputs = {
      url: new URL(address, location.href),
      blob,
      file: new File([blob], "picture.png"),
      arrayBuffer: await blob.arrayBuffer(),
      bytes: new Uint8Array(await blob.arrayBuffer()),
      objectUrl: URL.createObjectURL(blob),
      imageData: canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height),
      image,
      canvas,
      offscreen,
      bitmap,
      videoFrame: new VideoFrame(canvas, { timestamp: 0 }),
    };
    const results = {};
    for (const [name, input] of Object.entries(inputs)) results[name] = await classifier.classify(input);
    inputs.videoFrame.close();
    results.bitmapAgain = await classifier.classify(bitmap);
    return { expected: await classifier.classify(address), results };
  });
  expect([expected.width, expected.height]).toEqual([WIDTH, HEIGHT]);
  expect(Object.keys(results)).toHaveLength(13);
  for (const [name, { width, height, predictions }] of Object.entries(results)) {
    expect([name, width, height]).toEqual([name, WIDTH, HEIGHT]);
    expect(predictions.map(({ index }) => index)).toEqual(expected.predictions.map(({ index }) => index));
    for (const [at, { probability }] of predictions.entries()) {
      expect(Math.abs(probability - expected.predictions[at].probability)).toBeLessThanOrEqual(1e-5);
    }
  }
});

test("the frame that a video shows", async () => {
  const { expected, result } = await opened.page.evaluate(async () => {
    const image = await load("/files/0");
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [image.naturalWidth, image.naturalHeight];
    const context = canvas.getContext("2d");
    const video = document.createElement("video");
    video.muted = true;
    video.srcObject = canvas.captureStream();
    // A stream has frames only of a canvas that is drawn on.
    const drawing = setInterval(() => context.drawImage(image, 0, 0), 20);
    await video.play();
    await new Promise((resolve) => video.requestVideoFrameCallback(resolve));
    const result = await classifier.classify(video);
    clearInterval(drawing);
    return { expected: await classifier.classify("/files/0", { topK: null }), result };
  });
  expect([result.width, result.height]).toEqual([WIDTH, HEIGHT]);
  for (const { index, probability } of result.predictions) {
    const { probability: still } = expected.predictions.find((prediction) => prediction.index === index);
    expect(Math.abs(probability - still)).toBeLessThanOrEqual(0.02);
  }
});

test("frames that are turned or mirrored are seen as they are shown", async () => {
  const answers = await opened.page.evaluate(async () => {
    const image = await load("/files/0");
    const [width, height] = [image.naturalWidth, image.naturalHeight];
    const still = new OffscreenCanvas(width, height);
    still.getContext("2d").drawImage(image, 0, 0);
    const ways = [
      { rotation: 90 },
      { rotation: 180 },
      { rotation: 270 },
      { flip: true },
      { rotation: 90, flip: true },
    ];
    const answers = [];
    for (const way of ways) {
      const { rotation = 0, flip = false } = way;
      // Clockwise, and then mirrored from side to side, as the WebCodecs specification has it.
      const turned = new OffscreenCanvas(...(rotation % 180 ? [height, width] : [width, height]));
      const context = turned.getContext("2d");
      context.translate(turned.width / 2, turned.height / 2);
      if (flip) context.scale(-1, 1);
      context.rotate((rotation * Math.PI) / 180);
      context.drawImage(image, -width / 2, -height / 2);
      const frame = new VideoFrame(still, { timestamp: 0, ...way });
      const options = { topK: null, thumbnail: true };
      answers.push({
        way,
        given: [frame.rotation, frame.flip],
        frame: await classifier.classify(frame, options),
        turned: await classifier.classify(turned, options),
      });
      frame.close();
    }
    return answers;
  });
  for (const { way, given, frame, turned } of answers) {
    // Browsers of before 2025 know neither and ignore both.
    expect(given).toEqual([way.rotation ?? 0, way.flip ?? false]);
    expect([frame.width, frame.height]).toEqual([turned.width, turned.height]);
    expect(frame.thumbnail).toEqual(turned.thumbnail);
    expect(frame.predictions).toEqual(turned.predictions);
  }
});

test("another site's picture that may not be read", async () => {
  const codes = await opened.page.evaluate(async () => {
    const elsewhere = new URL("/files/0", location.href.replace("127.0.0.1", "localhost")).href;
    const image = await load(elsewhere);
    const canvas = document.createElement("canvas");
    canvas.width = 8;
    canvas.height = 8;
    canvas.getContext("2d").drawImage(image, 0, 0);
    return {
      address: await codeOf(classifier.classify(elsewhere)),
      image: await codeOf(classifier.classify(image)),
      canvas: await codeOf(classifier.classify(canvas)),
      bitmap: await codeOf(classifier.classify(await createImageBitmap(image))),
      after: (await classifier.classify("/files/0")).predictions.length,
    };
  });
  for (const name of ["address", "image", "canvas", "bitmap"]) {
    expect(codes[name]).toMatchObject({ name: "ClassifierError", code: "cors" });
    expect(codes[name].message).toMatch(/save (it|the file) to your device/);
  }
  expect(codes.after).toBe(5);
});

test("failures of the worker's thread keep their names and codes", async () => {
  const codes = await opened.page.evaluate(async () => ({
    text: await codeOf(classifier.classify(new Blob(["no picture"]))),
    empty: await codeOf(classifier.classify(new Blob([]))),
    missing: await codeOf(classifier.classify("/files/7")),
    topK: await codeOf(classifier.classify("/files/0", { topK: 0 })),
    image: await codeOf(classifier.classify(new Image())),
    canvas: await codeOf(classifier.classify(new OffscreenCanvas(0, 0))),
    model: await codeOf(createClassifier({ model: "/files/0" })),
    missingModel: await codeOf(createClassifier({ model: "/no-such.onnx" })),
    htmlModel: await codeOf(createClassifier({ model: "/" })),
    htmlWasm: await codeOf(createClassifier({ model: "/model.onnx", wasm: "/" })),
    missingWorker: await codeOf(createClassifier({ model: "/model.onnx", worker: "/no-such-worker.js" })),
    htmlWorker: await codeOf(createClassifier({ model: "/model.onnx", worker: "/" })),
    foreignWorker: await codeOf(
      createClassifier({ model: "/model.onnx", worker: location.href.replace("127.0.0.1", "localhost") }),
    ),
  }));
  expect(Object.fromEntries(Object.entries(codes).map(([name, { code }]) => [name, code]))).toEqual({
    text: "not-an-image",
    empty: "not-an-image",
    missing: "network",
    topK: "internal",
    image: "not-an-image",
    canvas: "not-an-image",
    model: "bad-model",
    missingModel: "network",
    htmlModel: "network",
    htmlWasm: "network",
    missingWorker: "network",
    htmlWorker: "network",
    foreignWorker: "unsupported-browser",
  });
  expect(codes.htmlModel.message).toMatch(/answered an HTML page instead of the model/);
  expect(codes.htmlWasm.message).toMatch(/answered an HTML page instead of the WebAssembly file/);
});

test("abort, close and the calling thread", async () => {
  const outcome = await opened.page.evaluate(async () => {
    const controller = new AbortController();
    const loading = codeOf(createClassifier({ model: "/model.onnx", signal: controller.signal }));
    controller.abort();
    const other = await createClassifier({ model: "/model.onnx" });
    const underWay = codeOf(other.classify("/files/0"));
    other.close();
    const here = await createClassifier({ model: "/model.onnx", worker: false });
    const predictions = (await here.classify("/files/0")).predictions;
    here.close();
    return {
      aborted: (await loading).code,
      closed: (await underWay).code,
      after: (await codeOf(here.classify("/files/0"))).code,
      same:
        JSON.stringify(predictions) === JSON.stringify((await classifier.classify("/files/0")).predictions),
    };
  });
  expect(outcome).toEqual({ aborted: "aborted", closed: "closed", after: "closed", same: true });
});
