import { afterEach, describe, expect, test, vi } from "vitest";
import type { ModelInfo } from "../src/classification.js";
import { load } from "../src/connection.js";
import { type CreateOptions, createClassifier } from "../src/index.js";
import type { Reply, Request } from "../src/protocol.js";
import { decoderFile, formulaPicture, modelFile, read, wasmFile } from "./fixtures.js";

/** Stands for a browser's worker; what the script in it would do is up to each test. */
class FakeWorker extends EventTarget {
  static latest: FakeWorker;
  static all: FakeWorker[] = [];
  static script: (worker: FakeWorker, request: Request) => void = () => {};
  readonly posted: Request[] = [];
  terminated = false;

  constructor(
    readonly url: URL,
    readonly options: WorkerOptions,
  ) {
    super();
    FakeWorker.latest = this;
    FakeWorker.all.push(this);
  }

  postMessage(request: Request, transfer: Transferable[]): void {
    const received = structuredClone(request, { transfer });
    this.posted.push(received);
    queueMicrotask(() => FakeWorker.script(this, received));
  }

  terminate(): void {
    this.terminated = true;
  }

  reply(reply: Reply): void {
    this.dispatchEvent(new MessageEvent("message", { data: structuredClone(reply) }));
  }

  fail(message: string): void {
    this.dispatchEvent(Object.assign(new Event("error", { cancelable: true }), { message }));
  }
}

const modelInfo: ModelInfo = {
  name: "fake",
  sizeBytes: 1,
  sha256: null,
  classes: 1,
  labels: ["cat"],
  superclasses: [],
  superclassOf: [],
  inputWidth: 32,
  inputHeight: 32,
  activationMaps: true,
  temperature: 1,
  knownThreshold: null,
  simd: "simd128",
  accuracy: null,
  date: null,
  provenance: null,
};
const result = {
  predictions: [],
  superclasses: [],
  known: null,
  width: 1,
  height: 1,
  timings: { decodeMs: 0, resizeMs: 0, inferMs: 0 },
};

const model = Uint8Array.of(1, 2, 3);
const module = new WebAssembly.Module(Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0));

const answering = (worker: FakeWorker, request: Request): void => {
  if (request.type === "load") {
    worker.reply({ type: "started" });
    const shared = { module, model: new Blob([model]) };
    worker.reply({ type: "loaded", modelInfo, ...(request.share && { shared }) });
  } else if (request.type === "classify") {
    worker.reply({ type: "classified", id: request.id, result });
  }
};

const create = (
  script: typeof FakeWorker.script,
  options: CreateOptions = {},
): ReturnType<typeof createClassifier> => {
  FakeWorker.script = script;
  FakeWorker.all = [];
  vi.stubGlobal("Worker", FakeWorker);
  return createClassifier({ model: modelFile("tiny"), wasm: wasmFile, ...options });
};

afterEach(() => vi.unstubAllGlobals());

describe("a classifier in a worker", () => {
  test("starts the package's module worker and names its assets to it", async () => {
    const classifier = await create(answering);
    const { url, options, posted } = FakeWorker.latest;
    expect(url.href).toMatch(/\/worker\.js$/);
    expect(options).toEqual({ type: "module", name: "wideye" });
    expect(posted).toEqual([
      {
        type: "load",
        wasm: { url: wasmFile.href },
        decoder: { asset: { url: decoderFile.href }, always: false },
        model: { url: modelFile("tiny").href },
        modelName: "tiny",
        description: {},
        share: true,
      },
    ]);
    expect(classifier.modelInfo).toEqual(modelInfo);
    classifier.close();
    expect(FakeWorker.latest.terminated).toBe(true);
  });

  test("sends one picture at a time, and none that was aborted while it waited", async () => {
    const held: Request[] = [];
    const classifier = await create((worker, request) =>
      request.type === "load" ? answering(worker, request) : void held.push(request),
    );
    const worker = FakeWorker.latest;
    const controller = new AbortController();
    const first = classifier.classify(formulaPicture(0));
    const second = classifier.classify(formulaPicture(1), { signal: controller.signal });
    const third = classifier.classify(formulaPicture(2), { topK: 1 });
    await vi.waitFor(() => expect(held).toHaveLength(1));
    controller.abort();
    await expect(second).rejects.toMatchObject({ code: "aborted" });
    answering(worker, held[0]!);
    await expect(first).resolves.toEqual(result);
    await vi.waitFor(() => expect(held).toHaveLength(2));
    expect(held[1]).toMatchObject({
      type: "classify",
      options: { topK: 1 },
      picture: { kind: "pixels", pixels: formulaPicture(2) },
    });
    answering(worker, held[1]!);
    await expect(third).resolves.toEqual(result);
    classifier.close();
  });

  test.each([
    [{}, /worker\.js is among the files .* as `worker`; .*worker-src 'self'/],
    [
      { worker: "http://localhost/own.js" },
      /^http:\/\/localhost\/own\.js could not be loaded as the worker's/,
    ],
  ])("hears of a script that does not start, with %j", async (options, message) => {
    await expect(create((worker) => worker.fail(""), options)).rejects.toMatchObject({
      code: "network",
      message: expect.stringMatching(message) as string,
    });
    expect(FakeWorker.latest.terminated).toBe(true);
  });

  test("is replaced when it stops, and asked once more", async () => {
    let stops = 1;
    const classifier = await create((worker, request) => {
      if (request.type === "classify" && stops-- > 0) worker.fail("out of memory");
      else answering(worker, request);
    });
    await expect(classifier.classify(formulaPicture(0))).resolves.toEqual(result);
    const [first, second] = FakeWorker.all;
    expect([first!.terminated, second!.terminated]).toEqual([true, false]);
    expect(second!.posted).toEqual([
      {
        ...first!.posted[0],
        wasm: { module: expect.any(WebAssembly.Module) as unknown },
        model: { bytes: model },
        share: undefined,
      },
      first!.posted[1],
    ]);
    classifier.close();
  });

  test("is given up with a picture that stops it twice, not with one that fails", async () => {
    const classifier = await create((worker, request) => {
      if (request.type !== "classify") answering(worker, request);
      else if (request.id === 1)
        worker.reply({ type: "failed", id: 1, error: { code: "not-an-image", message: "a text" } });
      else if (request.id === 2) worker.fail("out of memory");
      else answering(worker, request);
    });
    await expect(classifier.classify(formulaPicture(0))).rejects.toMatchObject({ code: "not-an-image" });
    expect(FakeWorker.all).toHaveLength(1);
    await expect(classifier.classify(formulaPicture(0))).rejects.toMatchObject({
      code: "crashed",
      cause: { code: "crashed", cause: new Error("out of memory") },
    });
    expect(FakeWorker.all.map(({ terminated }) => terminated)).toEqual([true, true]);
    await expect(classifier.classify(formulaPicture(0))).resolves.toEqual(result);
    expect(FakeWorker.all).toHaveLength(3);
    classifier.close();
  });

  test("reports options that no message can carry and goes on", async () => {
    const classifier = await create(answering);
    const options = { topK: (() => 5) as never };
    await expect(classifier.classify(formulaPicture(0), options)).rejects.toMatchObject({ code: "internal" });
    await expect(classifier.classify(formulaPicture(0))).resolves.toEqual(result);
    classifier.close();
  });

  test("tells options that no message can carry from a picture that may not be sent", async () => {
    const classifier = await create(answering);
    // Neither can be cloned here.
    vi.stubGlobal("createImageBitmap", async () => ({ width: 1, height: 1, close() {} }));
    const canvas = { [Symbol.toStringTag]: "OffscreenCanvas" } as unknown as OffscreenCanvas;
    const odd = { topK: (() => 5) as never };
    await expect(classifier.classify(canvas, odd)).rejects.toMatchObject({ code: "internal" });
    await expect(classifier.classify(canvas)).rejects.toMatchObject({ code: "cors" });
    classifier.close();
  });

  test("is not loaded once the load is aborted, whatever it waits for", async () => {
    const connection = { post: vi.fn(), listen: vi.fn(), close: vi.fn() };
    const loading = load(connection, { type: "load" } as never, { signal: AbortSignal.abort("no") });
    await expect(loading).rejects.toMatchObject({ code: "aborted", cause: "no" });
    expect(connection.post).not.toHaveBeenCalled();
  });

  test("where the page may start none", async () => {
    vi.stubGlobal(
      "Worker",
      class {
        constructor() {
          throw new DOMException("cross-origin script", "SecurityError");
        }
      },
    );
    await expect(createClassifier({ model: modelFile("tiny"), wasm: wasmFile })).rejects.toMatchObject({
      code: "unsupported-browser",
      message: expect.stringContaining("worker: false") as string,
    });
  });

  test("worker: false runs on the calling thread", async () => {
    vi.stubGlobal("Worker", FakeWorker);
    const before = FakeWorker.latest;
    const classifier = await createClassifier({ model: modelFile("tiny"), wasm: wasmFile, worker: false });
    expect((await classifier.classify(formulaPicture(0))).predictions).toHaveLength(5);
    expect(FakeWorker.latest).toBe(before);
    classifier.close();
  });
});

describe("a classifier in several workers", () => {
  /** Loads as the real one does, and never answers a picture. */
  const loading = (worker: FakeWorker, request: Request): void => {
    if (request.type !== "load") return;
    worker.reply({ type: "started" });
    const shared = { module, model: new Blob([model]) };
    worker.reply({ type: "loaded", modelInfo, ...(request.share && { shared }) });
  };

  test("loads what the first worker loaded into the others", async () => {
    const description = { labels: ["a", "b", "c", "d", "e", "f"] };
    const classifier = await create(loading, {
      ...description,
      workers: 3,
      worker: "http://localhost/own.js",
    });
    expect(FakeWorker.all).toHaveLength(1);
    expect(FakeWorker.all[0]!.posted[0]).toMatchObject({ type: "load", description, share: true });
    for (let i = 0; i < 5; i += 1) classifier.classify(formulaPicture(i)).catch(() => {});
    await vi.waitFor(() =>
      expect(FakeWorker.all.map(({ posted }) => posted.map(({ type }) => type))).toEqual(
        Array.from({ length: 3 }, () => ["load", "classify"]),
      ),
    );
    for (const { url, posted } of FakeWorker.all.slice(1)) {
      expect(url.href).toBe("http://localhost/own.js");
      expect(posted[0]).toEqual({
        type: "load",
        wasm: { module: expect.any(WebAssembly.Module) as unknown },
        decoder: { asset: { url: decoderFile.href }, always: false },
        model: { bytes: model },
        modelName: "tiny",
        description,
      });
    }
    classifier.close();
    expect(FakeWorker.all.map(({ terminated }) => terminated)).toEqual([true, true, true]);
  });

  test.each([
    [undefined, 1],
    [1, 1],
    [2, 1],
    [4, 3],
    [64, 8],
  ])("of %s cores, auto uses %i", async (hardwareConcurrency, workers) => {
    vi.stubGlobal("navigator", { hardwareConcurrency });
    const classifier = await create(loading, { workers: "auto" });
    for (let i = 0; i < 10; i += 1) classifier.classify(formulaPicture(i)).catch(() => {});
    await vi.waitFor(() => expect(FakeWorker.latest.posted).toHaveLength(2));
    expect(FakeWorker.all).toHaveLength(workers);
    classifier.close();
  });

  test("is not what one gets unasked", async () => {
    const classifier = await create(loading);
    for (let i = 0; i < 10; i += 1) classifier.classify(formulaPicture(i)).catch(() => {});
    await vi.waitFor(() => expect(FakeWorker.latest.posted).toHaveLength(2));
    expect(FakeWorker.all).toHaveLength(1);
    classifier.close();
  });

  test.each([0, 9, 1.5, -1, Number.NaN, "2", null])("refuses %j workers", async (workers) => {
    await expect(create(loading, { workers: workers as never })).rejects.toMatchObject({
      code: "internal",
      message: expect.stringContaining('expected a whole number from 1 to 8, or "auto"') as string,
    });
    expect(FakeWorker.all).toEqual([]);
  });

  test("refuses more than the calling thread with `worker: false`", async () => {
    await expect(create(loading, { workers: 2, worker: false })).rejects.toMatchObject({
      code: "internal",
      message: expect.stringContaining("expected 1 with `worker: false`") as string,
    });
  });

  test.each([{ workers: 1, worker: false } as const, { workers: "auto", worker: false } as const])(
    "runs on the calling thread with %j",
    async (options) => {
      const classifier = await create(loading, options);
      expect((await classifier.classify(formulaPicture(0))).predictions).toHaveLength(5);
      expect(FakeWorker.all).toEqual([]);
      classifier.close();
    },
  );

  test("uses the calling thread where there are no workers, a whole stream long", async () => {
    const classifier = await createClassifier({ model: modelFile("tiny"), wasm: wasmFile, workers: 4 });
    const broken = new TextEncoder().encode("no picture");
    const inputs = [formulaPicture(0), broken, formulaPicture(1)];
    const outcomes: unknown[] = [];
    for await (const { input, result, error } of classifier.classifyAll(inputs, { topK: 1 })) {
      outcomes.push([input, result?.predictions.length ?? error?.code]);
    }
    expect(outcomes).toEqual([
      [inputs[0], 1],
      [broken, "not-an-image"],
      [inputs[2], 1],
    ]);
    classifier.close();
    await expect(classifier.classifyAll(inputs).next()).rejects.toMatchObject({ code: "closed" });
  });
});

test("the engine shares its module and model only when asked", async () => {
  const { Host } = await import("../src/host.js");
  const replies: Reply[] = [];
  const host = new Host((reply) => void replies.push(reply));
  const bytes = await read(modelFile("tiny"));
  const request = {
    type: "load",
    wasm: { url: wasmFile.href },
    decoder: { asset: { url: decoderFile.href }, always: false },
    model: { bytes },
    modelName: "tiny",
  } as const;
  await host.receive(request);
  await host.receive({ ...request, share: true });
  const [alone, sharing] = replies.filter(({ type }) => type === "loaded");
  expect(alone).not.toHaveProperty("shared");
  expect(sharing).toMatchObject({ shared: { module: expect.any(WebAssembly.Module) as unknown } });
  const { shared } = sharing as Extract<Reply, { type: "loaded" }>;
  expect(new Uint8Array(await shared!.model.arrayBuffer())).toEqual(bytes);
});
