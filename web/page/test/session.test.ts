import { beforeEach, describe, expect, it, vi } from "vitest";
import type { Classification, Classifier, CreateOptions, Fit } from "wideye";
import { copyPicture } from "../src/picture/copy.js";
import { canReadPixels } from "../src/picture/readback.js";
import { type Session, startSession } from "../src/session.js";
import { type Picture, type Square, Store } from "../src/state.js";
import { classification } from "./fixtures.js";

const { createClassifier, fetchPicture, ClassifierError } = vi.hoisted(() => ({
  createClassifier: vi.fn<(options: CreateOptions) => Promise<Classifier>>(),
  fetchPicture: vi.fn<(address: URL, signal: AbortSignal) => Promise<Uint8Array<ArrayBuffer>>>(),
  ClassifierError: class extends Error {
    constructor(
      readonly code: string,
      message: string,
    ) {
      super(message);
    }
  },
}));
vi.mock("wideye", () => ({ createClassifier, fetchPicture, ClassifierError }));
vi.mock("../src/picture/preview.js", () => ({
  openPreview: async (picture: Picture, source: Blob | URL) => ({
    picture,
    url: String(source),
    width: 3,
    height: 2,
  }),
  closePreview: vi.fn(),
}));

vi.mock("../src/picture/copy.js", () => ({
  copyPicture: vi.fn(async (bytes: Blob) => ({
    cut: ({ x, y, side }: Square) => new Blob([bytes, ` at ${x}, ${y}, ${side}`]),
  })),
}));

vi.mock("../src/picture/readback.js", () => ({ canReadPixels: vi.fn(() => true) }));

type Classify = (input: Blob, options: { fit: Fit; signal: AbortSignal }) => Promise<Classification>;
const classify = vi.fn<Classify>();
const close = vi.fn();

const result = (label: string): Classification =>
  classification({ predictions: [{ index: 0, label, superclass: null, probability: 1 }] });
const file = (name: string): Picture => ({ source: new Blob([name]), name, alt: name });
const at = (address: string): Picture => ({ source: new URL(address), name: address, alt: address });
const settled = () => vi.waitFor(() => expect(store.state.look.phase).not.toBe("looking"));

let store: Store;
let session: Session;

beforeEach(() => {
  vi.resetAllMocks();
  classify.mockImplementation(async (blob) => result(await blob.text()));
  createClassifier.mockImplementation(
    async () => ({ modelInfo: { name: "tiny" }, classify, close }) as unknown as Classifier,
  );
  fetchPicture.mockImplementation(async (url) => new TextEncoder().encode(url.pathname));
  store = new Store();
  session = startSession(store);
});

describe("session", () => {
  it("shows how far the model and the wasm have come together, then which model it is", async () => {
    createClassifier.mockImplementation(async ({ onProgress }) => {
      onProgress!({ part: "model", loaded: 3, total: 7 });
      expect(store.state.network).toEqual({ phase: "loading", loaded: 3, total: 7 });
      onProgress!({ part: "wasm", loaded: 0, total: 5 });
      expect(store.state.network).toEqual({ phase: "loading", loaded: 3, total: 12 });
      onProgress!({ part: "model", loaded: 7, total: 7 });
      onProgress!({ part: "wasm", loaded: 2, total: 5 });
      expect(store.state.network).toEqual({ phase: "loading", loaded: 9, total: 12 });
      onProgress!({ part: "wasm", loaded: 4, total: null });
      expect(store.state.network).toEqual({ phase: "loading", loaded: 11, total: null });
      return { modelInfo: { name: "tiny" }, classify } as unknown as Classifier;
    });
    session.load();
    await vi.waitFor(() => expect(store.state.network).toEqual({ phase: "ready", info: { name: "tiny" } }));
  });

  it("answers a picture that came before the network", async () => {
    session.load();
    const picture = file("otter");
    session.look(picture);
    expect(store.state.look).toEqual({ phase: "looking" });
    await settled();
    expect(store.state.look).toEqual({ phase: "seen", result: result("otter") });
    expect(store.state.preview).toMatchObject({ picture, width: 3, height: 2 });
  });

  it("drops the older of two pictures and aborts it", async () => {
    session.load();
    const signals: AbortSignal[] = [];
    let answerFirst!: (value: Classification) => void;
    classify.mockImplementation((blob, { signal }) => {
      signals.push(signal);
      return signals.length === 1
        ? new Promise((resolve) => {
            answerFirst = resolve;
          })
        : blob.text().then(result);
    });
    session.look(file("otter"));
    await vi.waitFor(() => expect(signals).toHaveLength(1));
    session.look(file("seal"));
    await settled();
    answerFirst(result("otter"));
    await new Promise((resolve) => setTimeout(resolve));
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, false]);
    expect(store.state.look).toEqual({ phase: "seen", result: result("seal") });
  });

  it("asks an address once, however often the fit changes", async () => {
    session.load();
    session.look(at("https://a.example/otter"));
    await settled();
    session.setFit("contain");
    await settled();
    expect(fetchPicture).toHaveBeenCalledTimes(1);
    expect(classify.mock.calls.map(([, { fit }]) => fit)).toEqual(["cover", "contain"]);
    expect(store.state.look).toEqual({ phase: "seen", result: result("/otter") });
  });

  it("shows a picture that it may not read", async () => {
    session.load();
    fetchPicture.mockRejectedValue(new ClassifierError("cors", "no permission"));
    session.look(at("https://a.example/otter"));
    await settled();
    expect(store.state.look).toEqual({
      phase: "failed",
      problem: { code: "cors", message: "no permission" },
    });
    await vi.waitFor(() => expect(store.state.preview?.url).toBe("https://a.example/otter"));
  });

  it("goes on after a crash, as the network does", async () => {
    session.load();
    classify.mockRejectedValueOnce(new ClassifierError("crashed", "out of memory"));
    session.look(file("otter"));
    await settled();
    expect(store.state.look).toEqual({
      phase: "failed",
      problem: { code: "crashed", message: "out of memory" },
    });
    session.look(file("seal"));
    await settled();
    expect(store.state.look).toEqual({ phase: "seen", result: result("seal") });
    expect(createClassifier).toHaveBeenCalledTimes(1);
  });

  it("offers to load a network anew of which a part is missing, and closes it then", async () => {
    session.load();
    classify.mockRejectedValueOnce(new ClassifierError("network", "no decoder.wasm"));
    session.look(file("otter"));
    await settled();
    const problem = { code: "network", message: "no decoder.wasm" };
    expect(store.state).toMatchObject({ network: { phase: "failed", problem }, look: { phase: "failed" } });
    expect(close).not.toHaveBeenCalled();
    session.retry();
    await settled();
    expect(close).toHaveBeenCalledTimes(1);
    expect(store.state).toMatchObject({ network: { phase: "ready" }, look: { result: result("otter") } });
  });

  it("has its network back with the first picture that does without the missing part", async () => {
    session.load();
    classify.mockRejectedValueOnce(new ClassifierError("network", "no decoder.wasm"));
    session.look(file("otter"));
    await settled();
    expect(store.state.network.phase).toBe("failed");
    session.look(file("seal"));
    await settled();
    expect(store.state).toMatchObject({
      network: { phase: "ready", info: { name: "tiny" } },
      look: { phase: "seen", result: result("seal") },
    });
    expect(createClassifier).toHaveBeenCalledTimes(1);
  });

  it("tells a file that cannot be read from a network that is missing", async () => {
    session.load();
    const gone = file("otter");
    vi.spyOn(gone.source as Blob, "arrayBuffer").mockRejectedValue(new DOMException("it has changed"));
    session.look(gone);
    await settled();
    expect(store.state.look).toEqual({
      phase: "failed",
      problem: { code: "unreadable", message: "the file could not be read: it has changed" },
    });
    expect(store.state.network).toMatchObject({ phase: "ready" });
    expect(classify).not.toHaveBeenCalled();
  });

  it("keeps a file as it was chosen", async () => {
    session.load();
    const picture = { ...file("otter"), source: new Blob(["otter"], { type: "image/png" }) };
    const read = vi.spyOn(picture.source, "arrayBuffer");
    session.look(picture);
    await settled();
    read.mockRejectedValue(new DOMException("it has changed"));
    session.setFit("contain");
    await settled();
    expect(store.state.look).toEqual({ phase: "seen", result: result("otter") });
    expect(classify.mock.calls.map(([{ type }]) => type)).toEqual(["image/png", "image/png"]);
  });

  it("leaves it to the network to refuse a file that is too large to read", async () => {
    session.load();
    const huge = file("otter");
    Object.defineProperty(huge.source, "size", { value: 64 * 1024 * 1024 + 1 });
    const read = vi.spyOn(huge.source as Blob, "arrayBuffer");
    classify.mockRejectedValueOnce(new ClassifierError("too-large", "64 MiB at most"));
    session.look(huge);
    await settled();
    expect(store.state.look).toMatchObject({ phase: "failed", problem: { code: "too-large" } });
    expect(read).not.toHaveBeenCalled();
    expect(classify.mock.calls[0]![0]).toBe(huge.source);
  });

  it("forgets why a camera's frame had no answer when the network is loaded again", async () => {
    createClassifier.mockRejectedValueOnce(new ClassifierError("network", "no connection"));
    session.load();
    await session.watch(new Blob() as unknown as HTMLVideoElement);
    expect(store.state.look).toMatchObject({ phase: "failed" });
    session.retry();
    expect(store.state.look).toEqual({ phase: "none" });
  });

  it("keeps a failed network's reason and tries again when asked", async () => {
    createClassifier.mockRejectedValueOnce(new ClassifierError("bad-model", "cut off"));
    session.load();
    session.look(file("otter"));
    await settled();
    const problem = { code: "bad-model", message: "cut off" };
    expect(store.state.network).toEqual({ phase: "failed", problem });
    expect(store.state.look).toEqual({ phase: "failed", problem });
    session.retry();
    await settled();
    expect(store.state.look).toEqual({ phase: "seen", result: result("otter") });
  });

  it("follows a crop square that moves on a copy, and asks the picture itself at rest", async () => {
    session.load();
    session.look(file("otter"));
    await settled();
    const phases = new Set<string>();
    store.show(({ look }) => phases.add(look.phase));
    session.moveCrop({ x: 1, y: 2, side: 8 });
    await vi.waitFor(() => expect(classify).toHaveBeenCalledTimes(2));
    session.moveCrop({ x: 2, y: 2, side: 8 });
    session.moveCrop({ x: 3, y: 2, side: 8 });
    const live = { result: result("otter at 3, 2, 8") };
    await vi.waitFor(() => expect(store.state.look).toMatchObject(live));
    // The words stay: the class is the same.
    expect(store.state.look).toMatchObject({ live: { result: result("otter") } });
    session.moveCrop({ x: 4, y: 2, side: 8 });
    session.moveCrop({ x: 5, y: 2, side: 8 });
    session.setCrop({ x: 3, y: 2, side: 8 });
    await vi.waitFor(() => expect(store.state.look).toEqual({ phase: "seen", result: result("otter") }));
    expect(classify.mock.calls.at(-1)![1]).toMatchObject({ crop: { x: 3, y: 2, width: 8, height: 8 } });
    expect([...phases]).toEqual(["seen"]);
    expect(copyPicture).toHaveBeenCalledTimes(1);
  });

  it("follows a crop square on the picture itself where pages may not read pixels", async () => {
    vi.mocked(canReadPixels).mockReturnValue(false);
    session.load();
    session.look(file("otter"));
    await settled();
    session.moveCrop({ x: 1, y: 2, side: 8 });
    await vi.waitFor(() => expect(store.state.look).toMatchObject({ live: { result: result("otter") } }));
    expect(classify.mock.calls.at(-1)![1]).toMatchObject({ crop: { x: 1, y: 2, width: 8, height: 8 } });
    expect(copyPicture).not.toHaveBeenCalled();
  });

  it("drops a square that moved when another picture is looked at, and its crop", async () => {
    session.load();
    session.look(file("otter"));
    await settled();
    session.moveCrop({ x: 1, y: 2, side: 8 });
    session.look(file("seal"));
    await settled();
    await new Promise((resolve) => setTimeout(resolve));
    expect(store.state).toMatchObject({ crop: null, look: { phase: "seen", result: result("seal") } });
    expect("live" in store.state.look).toBe(false);
  });

  it("answers a camera's frames, and none that come after it is off", async () => {
    session.load();
    session.clear();
    store.change({ camera: { phase: "live", width: 4, height: 3, several: false, framesPerSecond: null } });
    const frame = new Blob(["frame"]) as unknown as HTMLVideoElement;
    await session.watch(frame);
    expect(store.state.look).toMatchObject({ result: result("frame"), live: { result: result("frame") } });
    const late = session.watch(frame);
    session.look(file("otter"));
    await late;
    await settled();
    expect(store.state).toMatchObject({
      camera: { phase: "off" },
      look: { phase: "seen", result: result("otter") },
    });
  });

  it("shows no frame after a newer one", async () => {
    session.load();
    session.clear();
    const ends: ((label: string) => void)[] = [];
    classify.mockImplementation(() => new Promise((resolve) => ends.push((label) => resolve(result(label)))));
    const frame = new Blob() as unknown as HTMLVideoElement;
    const watched = [session.watch(frame), session.watch(frame)];
    await settled();
    ends[1]!("newer");
    await watched[1];
    ends[0]!("older");
    await watched[0];
    expect(store.state.look).toMatchObject({ result: result("newer") });
  });

  it("puts a picture away", async () => {
    session.load();
    session.look(file("otter"));
    session.clear();
    await new Promise((resolve) => setTimeout(resolve));
    expect(store.state).toMatchObject({ picture: null, preview: null, crop: null, look: { phase: "none" } });
  });

  it("refuses a text that is no address, drops what was under way and puts the picture away", async () => {
    session.load();
    session.look(file("otter"));
    session.refuse("ftp://otter");
    await new Promise((resolve) => setTimeout(resolve));
    expect(store.state).toMatchObject({
      picture: null,
      preview: null,
      camera: { phase: "off" },
      look: {
        phase: "failed",
        problem: { code: "address", message: "not a web address: ftp://otter" },
      },
    });
  });
});
