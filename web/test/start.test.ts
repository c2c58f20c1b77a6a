import { afterEach, describe, expect, test, vi } from "vitest";

import { firstThatStarts, startAt, starter, startText } from "../src/start.js";

/** Stands for a browser's worker. */
class FakeWorker extends EventTarget {
  static all: FakeWorker[] = [];
  terminated = false;

  constructor(
    readonly url: string | URL,
    readonly options: WorkerOptions,
  ) {
    super();
    FakeWorker.all.push(this);
  }

  terminate(): void {
    this.terminated = true;
  }
}

const starting = (type: "message" | "error") => (): Worker => {
  const worker = new FakeWorker(type, {});
  const event = type === "message" ? new MessageEvent(type) : new Event(type, { cancelable: true });
  queueMicrotask(() => worker.dispatchEvent(event));
  return worker as unknown as Worker;
};
const refused = (): Worker => {
  throw new DOMException("not from this origin", "SecurityError");
};

afterEach(() => {
  FakeWorker.all = [];
  vi.unstubAllGlobals();
});

const reports = starting("message");
const fails = starting("error");

describe("firstThatStarts", () => {
  test.each([
    ["the first that reports", [reports, starting("message")], reports],
    ["what comes after a refusal", [refused, reports], reports],
    ["what comes after a failure", [fails, refused, reports], reports],
    ["undefined where none does", [refused, fails], undefined],
    ["undefined where there is none", [], undefined],
  ])("returns %s, and ends what it started", async (_, ways, expected) => {
    expect(await firstThatStarts(ways)).toBe(expected);
    expect(FakeWorker.all.every(({ terminated }) => terminated)).toBe(true);
  });

  test("tries no way after the one that works", async () => {
    const later = vi.fn(reports);
    await firstThatStarts([reports, later]);
    expect(later).not.toHaveBeenCalled();
  });
});

describe("starter", () => {
  test("keeps the way that works, and looks again where none did", async () => {
    const way = vi.fn(fails);
    const find = starter([way]);
    expect(await find()).toBeUndefined();
    way.mockImplementation(reports);
    expect(await find()).toBe(way);
    expect(await find()).toBe(way);
    expect(way).toHaveBeenCalledTimes(2);
  });
});

describe("a worker", () => {
  test("at an address is a module", () => {
    vi.stubGlobal("Worker", FakeWorker);
    startAt("https://page.test/worker.js")();
    expect(FakeWorker.all[0]).toMatchObject({
      url: "https://page.test/worker.js",
      options: { type: "module", name: "wideye" },
    });
  });

  test("of a text has one address however often it starts", async () => {
    vi.stubGlobal("Worker", FakeWorker);
    const create = vi.spyOn(URL, "createObjectURL");
    const start = startText("postMessage(1)");
    expect(create).not.toHaveBeenCalled();
    start();
    start();
    expect(create).toHaveBeenCalledTimes(1);
    const [first, second] = FakeWorker.all as [FakeWorker, FakeWorker];
    expect(first.url).toBe(second.url);
    expect(first.options).toEqual({ name: "wideye" });
    expect(await (await fetch(first.url)).text()).toBe("postMessage(1)");
    create.mockRestore();
  });
});
