import { readFile } from "node:fs/promises";
import type { RequestListener } from "node:http";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";

import { files } from "../src/assets.js";
import { createWith } from "../src/client.js";
import {
  type Accuracy,
  ClassifierError,
  type CreateOptions,
  createClassifier,
  type Progress,
} from "../src/index.js";
import type { Parts } from "../src/parts.js";
import { loadRequest } from "../src/sources.js";
import {
  code,
  decoderFile,
  detached,
  encodeBmp,
  formulaPicture,
  modelFile,
  read,
  serve,
  wasmFile,
} from "./fixtures.js";

/** Magic and version only. */
const emptyModule = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);

function spent(): Response {
  const response = new Response("read");
  void response.arrayBuffer();
  return response;
}

let site: Awaited<ReturnType<typeof serve>>;
let model: Uint8Array<ArrayBuffer>;
const hits: string[] = [];
// The rest of the model is sent when its first part has been reported.
let firstPart: Promise<void>;
let firstPartArrived: () => void;

beforeAll(async () => {
  model = await read(modelFile("tiny"));
  site = await serve((request, response) => {
    hits.push(request.url!);
    switch (request.url) {
      case "/tiny.onnx":
        response.writeHead(200, { "content-length": String(model.length) });
        response.write(model.subarray(0, 1000));
        void firstPart.then(() => response.end(model.subarray(1000)));
        break;
      case "/slow.onnx":
        response.writeHead(200);
        response.write(model.subarray(0, 1000));
        break;
      case "/spa/called.wasm":
        response.writeHead(200, { "content-type": "application/wasm" });
        response.end("<!DOCTYPE html><html><title>A shop</title></html>");
        break;
      default:
        response.writeHead(404, "Not Found").end("<!doctype html>");
    }
  });
});
beforeEach(() => {
  hits.length = 0;
  firstPart = new Promise((resolve) => {
    firstPartArrived = resolve;
  });
});
afterAll(() => site.close());

test("downloads the model once and reports how far it is", async () => {
  const progress: Progress[] = [];
  const classifier = await createClassifier({
    model: new URL("tiny.onnx", site.url),
    wasm: wasmFile,
    onProgress: (step) => {
      progress.push(step);
      if (step.loaded === 1000) firstPartArrived();
    },
  });
  classifier.close();
  expect(hits).toEqual(["/tiny.onnx"]);
  const steps = progress.filter(({ part }) => part === "model");
  expect(steps.at(0)).toEqual({ part: "model", loaded: 0, total: model.length });
  expect(steps.at(-1)).toEqual({ part: "model", loaded: model.length, total: model.length });
  expect(steps.map(({ loaded }) => loaded)).toContain(1000);
});

test.each<[string, () => Promise<Parameters<typeof createClassifier>[0]>]>([
  ["bytes", async () => ({ model, wasm: await read(wasmFile) })],
  [
    "ArrayBuffer and a compiled module",
    async () => ({ model: model.buffer, wasm: await WebAssembly.compile(await read(wasmFile)) }),
  ],
  ["Blob and Response", async () => ({ model: new Blob([model]), wasm: new Response(await read(wasmFile)) })],
  ["strings", async () => ({ model: modelFile("tiny").href, wasm: wasmFile.href })],
])("takes %s", async (_, options) => {
  const classifier = await createClassifier(await options());
  expect((await classifier.classify(formulaPicture(0))).predictions).toHaveLength(5);
  classifier.close();
  expect(model.length).toBeGreaterThan(0);
});

test("the package's default model and wasm, whose sizes are known", async () => {
  vi.resetModules();
  const fresh = await import("../src/index.js");
  const progress: Progress[] = [];
  const classifier = await fresh.createClassifier({ onProgress: (step) => progress.push(step) });
  for (const part of ["wasm", "model"]) {
    const steps = progress.filter((step) => step.part === part);
    const size = steps.at(-1)!.loaded;
    expect(size).toBeGreaterThan(100_000);
    expect(steps.at(0)!.loaded).toBe(0);
    expect(new Set(steps.map(({ total }) => total))).toEqual(new Set([size]));
  }
  const { predictions } = await classifier.classify(formulaPicture(0), { topK: null });
  const { name, labels, sha256, accuracy, date } = classifier.modelInfo;
  expect(predictions).toHaveLength(labels.length);
  const card = JSON.parse(await readFile(new URL(`../models/${name}.json`, import.meta.url), "utf8")) as {
    sha256: string;
    provenance: { validation: Accuracy; date: string };
  };
  expect({ sha256, accuracy, date }).toEqual({
    sha256: card.sha256,
    accuracy: card.provenance.validation,
    date: card.provenance.date,
  });
  classifier.close();
});

const assets = {
  model: ["the model", modelFile("tiny")],
  wasm: ["the WebAssembly file", wasmFile],
  decoderWasm: ["the decoder's WebAssembly file", decoderFile],
} as const;

describe.each(["model", "wasm", "decoderWasm"] as const)("%s from a server that", (option) => {
  const [name, file] = assets[option];
  let answer: RequestListener;
  let own: Awaited<ReturnType<typeof serve>>;
  beforeAll(async () => {
    own = await serve((request, response) => answer(request, response));
  });
  afterAll(() => own.close());

  test.each<[string, RequestListener, string]>([
    [
      "does not have it",
      (_, response) => response.writeHead(404, "Not Found").end("<!doctype html>"),
      `answered 404 Not Found instead of ${name}; check that the file is served at this address, or pass the right one as \`${option}\``,
    ],
    [
      "answers its start page",
      (_, response) =>
        response
          .writeHead(200, { "content-type": "text/html" })
          .end("\n<!DOCTYPE html><html><title>A shop</title></html>"),
      `answered an HTML page instead of ${name}; check that the file is served at this address, or pass the right one as \`${option}\``,
    ],
    [
      "breaks off",
      (_, response) => response.writeHead(200).write("<", () => response.destroy()),
      "broke off after ",
    ],
  ])("%s is named, and asked again", async (_, bad, message) => {
    // Fresh bindings: those of this file already have their instances.
    vi.resetModules();
    const fresh = await import("../src/index.js");
    const address = new URL(`${option}.bin`, own.url);
    const picture = encodeBmp(formulaPicture(0));
    const options = { model, wasm: wasmFile, [option]: address };
    const classifyOne = async (): Promise<number> => {
      using classifier = await fresh.createClassifier(options);
      return (await classifier.classify(picture)).predictions.length;
    };
    answer = bad;
    const failure = await classifyOne().catch((error: unknown) => error);
    expect(failure).toEqual(code("network"));
    expect((failure as Error).message).toContain(address.href);
    expect((failure as Error).message).toContain(message);
    const bytes = await read(file);
    answer = (_, response) => response.end(bytes);
    expect(await classifyOne()).toBe(5);
  });
});

test("a start page that is called WebAssembly is named", async () => {
  vi.resetModules();
  const fresh = await import("../src/index.js");
  const wasm = new URL("spa/called.wasm", site.url);
  await expect(fresh.createClassifier({ model, wasm })).rejects.toEqual(
    code("network", /spa\/called\.wasm is no WebAssembly, or broke off on its way; check that/),
  );
});

test.each([
  ["is empty", new Uint8Array(0)],
  ["is a text", new TextEncoder().encode("not ONNX at all")],
  ["was cut", undefined],
])("a model that %s", async (_, bytes) => {
  const options = { model: bytes ?? model.slice(0, 1500), wasm: wasmFile };
  await expect(createClassifier(options)).rejects.toEqual(code("bad-model"));
});

test.each([
  [
    "an error's Response",
    () => new Response("no", { status: 503, statusText: "Busy" }),
    "network",
    /the given Response answered 503 Busy instead of the model/,
  ],
  [
    "a start page's Response",
    () => new Response("<!doctype html>"),
    "network",
    /the given Response answered an HTML page instead of the model/,
  ],
  [
    "a Response that breaks off",
    () =>
      new Response(
        new ReadableStream({
          start(controller) {
            controller.enqueue(Uint8Array.of(1, 2, 3));
          },
          pull(controller) {
            controller.error(new TypeError("connection reset"));
          },
        }),
      ),
    "network",
    /the download of the given Response broke off after 3 bytes/,
  ],
  [
    "a file that has gone",
    () =>
      Object.assign(new Blob([]), {
        arrayBuffer: () => Promise.reject(new DOMException("gone", "NotReadableError")),
      }),
    "network",
    /the file of the model could not be read; choose it again/,
  ],
  ["a number", () => 5 as never, "internal", /expected an address or bytes of model and wasm, found number/],
  ["a detached buffer", () => detached(), "internal", /detached/],
  ["a Response that was read", spent, "internal", /the Response of the model has been read already/],
  ["a compiled module", () => new WebAssembly.Module(emptyModule) as never, "internal", /expected a model/],
])("refuses %s as a model", async (_, given, expectedCode, message) => {
  await expect(createClassifier({ model: given(), wasm: wasmFile })).rejects.toEqual(
    code(expectedCode, message),
  );
});

test("names the model after its file", async () => {
  const named = async (source: Blob): Promise<string> => {
    const classifier = await createClassifier({ model: source, wasm: wasmFile });
    classifier.close();
    return classifier.modelInfo.name;
  };
  expect(await named(new File([model], "birds.onnx"))).toBe("birds");
  expect(await named(new Blob([model]))).toBe("model");
});

test.each([
  ["models/small%20birds.onnx?size=2", "small birds"],
  ["models/%E0%A4.onnx", "%E0%A4"],
  ["models/", "model"],
  ["data:application/octet-stream;base64,AAAA/BBBB", "model"],
  ["blob:https://page.test/0b1c2d3e", "model"],
  ["file:///models/b%C3%A4ume.onnx", "bäume"],
])("names the model at %s %s", async (address, name) => {
  const { href } = new URL(address, "https://page.test/");
  const fetched = Object.defineProperty(new Response("x"), "url", { value: href });
  const parts = { wasm: async () => ({ wasm: { url: "" } }), decoder: async () => ({ url: "" }) } as Parts;
  for (const model of [href, new URL(href), fetched]) {
    expect((await loadRequest(parts, { model })).modelName).toBe(name);
  }
});

describe("abort while", () => {
  const never = new Promise<never>(() => {});
  afterEach(() => vi.unstubAllGlobals());

  test.each<[string, CreateOptions, Partial<Parts>]>([
    ["a worker is tried", {}, { worker: () => never }],
    ["the build's parts are unpacked", { worker: false }, { decoder: () => never }],
    [
      "a Response arrives",
      { worker: false, model: new Response(new ReadableStream({ pull: () => never })) },
      {},
    ],
    ["a file is read", { worker: false, model: Object.assign(new Blob(), { arrayBuffer: () => never }) }, {}],
  ])("%s", async (_, options, parts) => {
    vi.stubGlobal("Worker", class {});
    const controller = new AbortController();
    const loading = createWith({ ...files, ...parts }, { ...options, signal: controller.signal });
    setTimeout(() => controller.abort("enough"));
    await expect(loading).rejects.toMatchObject({ code: "aborted", cause: "enough" });
  });
});

test("abort before and during", async () => {
  const options = { model: new URL("slow.onnx", site.url), wasm: wasmFile };
  await expect(createClassifier({ ...options, signal: AbortSignal.abort("no") })).rejects.toMatchObject({
    code: "aborted",
    cause: "no",
  });
  expect(hits).toEqual([]);
  const controller = new AbortController();
  const loading = createClassifier({ ...options, signal: controller.signal });
  setTimeout(() => controller.abort("enough"), 50);
  await expect(loading).rejects.toMatchObject({ code: "aborted", cause: "enough" });
  expect(await loading.catch((error: unknown) => error)).toBeInstanceOf(ClassifierError);
});
