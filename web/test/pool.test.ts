import { afterEach, describe, expect, test, vi } from "vitest";

import type { Classification } from "../src/classification.js";
import type { Connection } from "../src/connection.js";
import { ClassifierError } from "../src/errors.js";
import { Pool } from "../src/pool.js";
import type { ClassifyRequest, Reply, Request } from "../src/protocol.js";
import { formulaPicture } from "./fixtures.js";

/** Stands for a worker that answers when the test says so. */
class FakeConnection implements Connection {
  readonly posted: ClassifyRequest[] = [];
  closed = false;
  #hearReply: (reply: Reply) => void = () => {};
  #hearEnd: (error: ClassifierError) => void = () => {};

  post(request: Request): void {
    this.posted.push(request as ClassifyRequest);
  }

  listen(onReply: (reply: Reply) => void, onEnd: (error: ClassifierError) => void): void {
    this.#hearReply = onReply;
    this.#hearEnd = onEnd;
  }

  close(): void {
    this.closed = true;
  }

  /** The calls that it was handed, by their number from 1. */
  get ids(): number[] {
    return this.posted.map(({ id }) => id);
  }

  answer(): void {
    const id = this.posted.at(-1)!.id;
    this.#hearReply({ type: "classified", id, result: resultOf(id) });
  }

  trap(): void {
    const error = { code: "crashed", message: "unreachable" } as const;
    this.#hearReply({ type: "failed", id: this.posted.at(-1)!.id, error });
  }

  die(): void {
    this.#hearEnd(new ClassifierError("crashed", "out of memory"));
  }
}

/** A result that tells which call it answers. */
const resultOf = (id: number): Classification => ({
  predictions: [],
  superclasses: [],
  known: null,
  width: id,
  height: 1,
  timings: { decodeMs: 0, resizeMs: 0, inferMs: 0 },
});

/** A pool of at most `limit` workers; the further ones load when the test says so. */
function poolOf(limit: number) {
  const connections = [new FakeConnection()];
  const loads: { done(): void; fail(error: ClassifierError): void }[] = [];
  const growth = {
    limit,
    connect(): Connection {
      connections.push(new FakeConnection());
      return connections.at(-1)!;
    },
    load: () =>
      new Promise<void>((resolve, reject) => {
        loads.push({ done: resolve, fail: reject });
      }),
  };
  return { pool: new Pool(connections[0]!, growth), connections, loads, growth };
}

/** A pool whose workers have all started, after as many answered calls. */
async function grownPool(limit: number) {
  const grown = poolOf(limit);
  const { pool, connections, loads } = grown;
  const calls = Array.from({ length: limit }, () => pool.classify(formulaPicture(0)));
  await settle();
  for (const { done } of loads) done();
  await settle();
  for (const connection of connections) connection.answer();
  await Promise.all(calls);
  for (const { posted } of connections) posted.length = 0;
  return grown;
}

/** Lets everything run that waits for nothing else. */
const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

/** A file that is read when the test says so. */
class HeldFile extends Blob {
  asked = false;
  loaded!: () => void;

  override arrayBuffer(): Promise<ArrayBuffer> {
    this.asked = true;
    return new Promise((resolve) => {
      this.loaded = () => resolve(new ArrayBuffer(1));
    });
  }
}

const crashed = { code: "crashed", message: expect.stringContaining("the classifier goes on") as string };

afterEach(() => vi.unstubAllGlobals());

describe("the workers of a pool", () => {
  test("calls that do not overlap start none", async () => {
    const { pool, connections } = poolOf(8);
    for (const id of [1, 2, 3]) {
      const call = pool.classify(formulaPicture(0));
      await settle();
      connections[0]!.answer();
      expect((await call).width).toBe(id);
    }
    expect(connections).toHaveLength(1);
  });

  test.each([
    [2, 2],
    [3, 3],
    [5, 3],
  ])("%i overlapping calls of at most 3 workers make it %i workers", async (calls, workers) => {
    const { pool, connections } = poolOf(3);
    for (let i = 0; i < calls; i += 1) void pool.classify(formulaPicture(i));
    await settle();
    expect(connections).toHaveLength(workers);
  });

  test("none starts for what is still being read", async () => {
    const { pool, connections } = poolOf(3);
    const files = [1, 2, 3].map(() => new HeldFile());
    for (const file of files) void pool.classify(file);
    await settle();
    expect(connections).toHaveLength(1);
    for (const file of files) file.loaded();
    await settle();
    expect(connections).toHaveLength(3);
  });

  test("each has one picture at a time, in the order of the calls, and is answered by itself", async () => {
    const { pool, connections } = await grownPool(2);
    const [first, second] = connections as [FakeConnection, FakeConnection];
    const answered: number[] = [];
    const calls = [3, 4, 5, 6, 7].map((id) =>
      pool.classify(formulaPicture(id)).then(({ width }) => {
        answered.push(width);
      }),
    );
    await settle();
    expect([first.ids, second.ids]).toEqual([[3], [4]]);
    second.answer();
    expect([first.ids, second.ids]).toEqual([[3], [4, 5]]);
    second.answer();
    first.answer();
    expect([first.ids, second.ids]).toEqual([
      [3, 7],
      [4, 5, 6],
    ]);
    first.answer();
    second.answer();
    await Promise.all(calls);
    expect(answered).toEqual([4, 5, 3, 7, 6]);
  });

  describe.each(["die", "trap"] as const)("when one has to %s", (how) => {
    test("its picture is tried once more, in another that takes its place", async () => {
      const { pool, connections, loads } = poolOf(1);
      const calls = [1, 2].map((id) => pool.classify(formulaPicture(id)));
      await settle();
      connections[0]![how]();
      expect(connections.map(({ closed }) => closed)).toEqual([true, false]);
      loads[0]!.done();
      await settle();
      const [posted] = connections[0]!.posted;
      expect(connections[1]!.posted).toEqual([posted]);
      connections[1]!.answer();
      connections[1]!.answer();
      expect((await Promise.all(calls)).map(({ width }) => width)).toEqual([1, 2]);
      expect(connections).toHaveLength(2);
    });

    test("twice at one picture, that one fails and the others go on", async () => {
      const { pool, connections, loads } = poolOf(1);
      const [lost, next] = [1, 2].map((id) => pool.classify(formulaPicture(id)));
      await settle();
      connections[0]![how]();
      loads[0]!.done();
      await settle();
      connections[1]![how]();
      await expect(lost).rejects.toMatchObject({ ...crashed, cause: { code: "crashed" } });
      loads[1]!.done();
      await settle();
      expect(connections.map(({ ids }) => ids)).toEqual([[1], [1], [2]]);
      connections[2]!.answer();
      expect((await next!).width).toBe(2);
      expect(pool.end).toBeUndefined();
    });

    test("one that is free takes its picture, before all others", async () => {
      const { pool, connections } = await grownPool(2);
      const [first, second] = connections as [FakeConnection, FakeConnection];
      const calls = [3, 4, 5].map((id) => pool.classify(formulaPicture(id)));
      await settle();
      first[how]();
      for (const id of [4, 3, 5]) {
        expect(second.ids.at(-1)).toBe(id);
        second.answer();
      }
      expect((await Promise.all(calls)).map(({ width }) => width)).toEqual([3, 4, 5]);
    });

    test("an aborted picture is not tried again", async () => {
      const { pool, connections } = poolOf(1);
      const controller = new AbortController();
      const call = pool.classify(formulaPicture(0), { signal: controller.signal });
      await settle();
      controller.abort();
      await expect(call).rejects.toMatchObject({ code: "aborted" });
      connections[0]![how]();
      await settle();
      expect(connections).toHaveLength(1);
    });

    test("a bitmap is kept for another try, and freed after it", async () => {
      const bitmap = { width: 3, close: vi.fn() };
      vi.stubGlobal("createImageBitmap", async () => bitmap);
      const canvas = { [Symbol.toStringTag]: "OffscreenCanvas" } as unknown as OffscreenCanvas;
      const { pool, connections, loads } = poolOf(1);
      const call = pool.classify(canvas);
      await settle();
      connections[0]![how]();
      loads[0]!.done();
      await settle();
      expect(bitmap.close).not.toHaveBeenCalled();
      connections[1]!.answer();
      await call;
      expect(bitmap.close).toHaveBeenCalledTimes(1);
    });

    test("a bitmap that its engine has closed is not tried again", async () => {
      const bitmap = { width: 0, close: vi.fn() };
      vi.stubGlobal("createImageBitmap", async () => bitmap);
      const canvas = { [Symbol.toStringTag]: "OffscreenCanvas" } as unknown as OffscreenCanvas;
      const { pool, connections } = poolOf(1);
      const call = pool.classify(canvas);
      await settle();
      connections[0]![how]();
      await expect(call).rejects.toMatchObject(crashed);
      expect(connections).toHaveLength(1);
    });
  });

  test("an idle one that dies is not missed", async () => {
    const { pool, connections } = await grownPool(2);
    connections[0]!.die();
    const call = pool.classify(formulaPicture(0));
    await settle();
    connections[1]!.answer();
    expect((await call).width).toBe(3);
  });

  test("after one that cannot start the pool goes on without, and does not try again", async () => {
    const { pool, connections, loads } = poolOf(2);
    const calls = [1, 2, 3].map((id) => pool.classify(formulaPicture(id)));
    await settle();
    loads[0]!.fail(new ClassifierError("network", "no script"));
    await settle();
    expect(connections[1]!.closed).toBe(true);
    for (const id of [1, 2, 3]) {
      expect(connections[0]!.ids.at(-1)).toBe(id);
      connections[0]!.answer();
    }
    expect((await Promise.all(calls)).map(({ width }) => width)).toEqual([1, 2, 3]);
    expect(connections).toHaveLength(2);
  });

  test("where no further worker can even be made, one is enough", async () => {
    const { pool, connections, growth } = poolOf(2);
    const connect = vi.spyOn(growth, "connect").mockImplementation(() => {
      throw new ClassifierError("unsupported-browser", "no more workers");
    });
    const calls = [1, 2].map((id) => pool.classify(formulaPicture(id)));
    await settle();
    connections[0]!.answer();
    connections[0]!.answer();
    await Promise.all(calls);
    expect(connect).toHaveBeenCalledTimes(1);
  });

  test.each([1, 2])(
    "where none of %i is left and none can start, the pool ends with the reason",
    async (limit) => {
      const { pool, connections, loads } = poolOf(limit);
      const calls = [1, 2].map((id) => pool.classify(formulaPicture(id)));
      const failures = calls.map((call) => expect(call).rejects.toMatchObject({ code: "network" }));
      await settle();
      connections[0]!.die();
      for (const { fail } of loads) fail(new ClassifierError("network", "no script"));
      await Promise.all(failures);
      expect(pool.end).toMatchObject({ code: "network" });
      await expect(pool.classify(formulaPicture(0))).rejects.toMatchObject({ code: "network" });
    },
  );

  test("close ends all, also one that starts", async () => {
    const { pool, connections, loads } = poolOf(2);
    const calls = [1, 2, 3].map((id) => pool.classify(formulaPicture(id)));
    const failures = calls.map((call) => expect(call).rejects.toMatchObject({ code: "closed" }));
    await settle();
    pool.close();
    await Promise.all(failures);
    expect(connections.map(({ closed }) => closed)).toEqual([true, true]);
    loads[0]!.done();
    await settle();
    expect(connections.flatMap(({ ids }) => ids)).toEqual([1]);
    // A worker may tell of its end late.
    connections[0]!.die();
    await settle();
    expect(connections).toHaveLength(2);
    await expect(pool.classify(formulaPicture(0))).rejects.toMatchObject({ code: "closed" });
  });
});

describe("a bitmap that cannot be sent", () => {
  test.each<[string, object, string]>([
    ["has another site's pixels", {}, "cors"],
    ["stands beside options that cannot be", { deny: () => {} }, "internal"],
  ])("%s, also where there is no structuredClone", async (_, options, code) => {
    vi.stubGlobal("createImageBitmap", async () => ({ width: 3, close: () => {} }));
    vi.stubGlobal("structuredClone", undefined);
    const canvas = { [Symbol.toStringTag]: "OffscreenCanvas" } as unknown as OffscreenCanvas;
    const { pool, connections } = poolOf(1);
    vi.spyOn(connections[0]!, "post").mockImplementation(() => {
      throw new DOMException("could not be cloned", "DataCloneError");
    });
    await expect(pool.classify(canvas, options)).rejects.toMatchObject({ code });
  });
});

describe("what waits in a pool", () => {
  // One picture runs, four are read ahead.
  test("files are read as the worker becomes free, four ahead", async () => {
    const { pool, connections } = poolOf(1);
    const files = Array.from({ length: 20 }, () => new HeldFile());
    const asked = (): number => files.filter((file) => file.asked).length;
    for (const file of files) void pool.classify(file);
    expect(asked()).toBe(4);
    await settle();
    expect(asked()).toBe(4);
    files[0]!.loaded();
    await settle();
    expect([asked(), connections[0]!.ids.length]).toEqual([5, 1]);
    for (const file of files.slice(1, 5)) file.loaded();
    await settle();
    expect([asked(), connections[0]!.ids.length]).toEqual([5, 1]);
    connections[0]!.answer();
    expect([asked(), connections[0]!.ids.length]).toEqual([6, 2]);
  });

  test("with more workers, as many ahead as there are workers", async () => {
    const { pool } = poolOf(8);
    const files = Array.from({ length: 20 }, () => new HeldFile());
    for (const file of files) void pool.classify(file);
    expect(files.filter(({ asked }) => asked)).toHaveLength(8);
  });

  test("addresses are fetched as the worker becomes free, as they were at the call", async () => {
    const fetched: string[] = [];
    vi.stubGlobal("fetch", async (url: URL) => {
      fetched.push(url.pathname);
      return new Response(Uint8Array.of(1));
    });
    const { pool, connections } = poolOf(1);
    const address = new URL("http://localhost/");
    for (let i = 0; i < 10; i += 1) {
      address.pathname = `/${i}`;
      void pool.classify(address);
    }
    await vi.waitFor(() => expect(connections[0]!.posted).toHaveLength(1));
    await settle();
    expect(fetched).toEqual(["/0", "/1", "/2", "/3", "/4"]);
    connections[0]!.answer();
    await settle();
    expect(fetched).toEqual(["/0", "/1", "/2", "/3", "/4", "/5"]);
  });

  test("pixels are those of the call", async () => {
    const { pool, connections } = poolOf(1);
    const pixels = formulaPicture(0);
    for (let i = 0; i < 10; i += 1) {
      pixels.data[0] = i;
      void pool.classify(pixels);
    }
    pixels.data[0] = 255;
    await settle();
    const seen: unknown[] = [];
    for (let i = 0; i < 10; i += 1) {
      const { picture } = connections[0]!.posted[i]!;
      seen.push(picture.kind === "pixels" && picture.pixels.data[0]);
      connections[0]!.answer();
    }
    expect(seen).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  test("a picture that is read slowly does not hold up the next", async () => {
    const { pool, connections } = poolOf(1);
    const slow = new HeldFile();
    void pool.classify(slow);
    void pool.classify(formulaPicture(0));
    await settle();
    slow.loaded();
    await settle();
    connections[0]!.answer();
    expect(connections[0]!.ids).toEqual([2, 1]);
  });

  test("a file that cannot be read fails alone and makes room", async () => {
    const { pool } = poolOf(1);
    const files = Array.from({ length: 6 }, () => new HeldFile());
    vi.spyOn(files[0]!, "arrayBuffer").mockRejectedValue(new DOMException("gone", "NotReadableError"));
    const [first] = files.map((file) => pool.classify(file));
    await expect(first).rejects.toMatchObject({ code: "network" });
    expect(files.map(({ asked }) => asked)).toEqual([false, true, true, true, true, false]);
  });
});

describe("an aborted call", () => {
  const aborted = { code: "aborted", cause: "enough" };

  test("is not read while it waits", async () => {
    const { pool } = poolOf(1);
    const files = Array.from({ length: 6 }, () => new HeldFile());
    const controller = new AbortController();
    const [first, , , , fifth] = files.map((file, i) =>
      pool.classify(file, i === 4 ? { signal: controller.signal } : {}),
    );
    void first;
    controller.abort("enough");
    await expect(fifth).rejects.toMatchObject(aborted);
    files[0]!.loaded();
    await settle();
    expect(files.map(({ asked }) => asked)).toEqual([true, true, true, true, false, true]);
  });

  test("stops its download, and makes room once that has ended", async () => {
    const signals: AbortSignal[] = [];
    vi.stubGlobal(
      "fetch",
      (_: URL, { signal }: { signal: AbortSignal }) =>
        new Promise((_, reject) => {
          signals.push(signal);
          signal.addEventListener("abort", () => reject(signal.reason as Error));
        }),
    );
    const { pool } = poolOf(1);
    const controller = new AbortController();
    const { signal } = controller;
    const calls = [1, 2, 3, 4, 5].map((i) =>
      pool.classify(`http://localhost/${i}`, i === 1 ? { signal } : {}),
    );
    await settle();
    expect(signals).toHaveLength(4);
    controller.abort("enough");
    await expect(calls[0]).rejects.toMatchObject(aborted);
    await settle();
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, false, false, false, false]);
  });

  test("frees its bitmap, is not handed over, and makes room", async () => {
    const bitmaps: { close: ReturnType<typeof vi.fn> }[] = [];
    vi.stubGlobal("createImageBitmap", async () => {
      bitmaps.push({ close: vi.fn() });
      return bitmaps.at(-1);
    });
    const canvas = { [Symbol.toStringTag]: "OffscreenCanvas" } as unknown as OffscreenCanvas;
    const { pool, connections } = poolOf(1);
    const controller = new AbortController();
    void pool.classify(formulaPicture(0));
    const inTime = pool.classify(canvas, { signal: controller.signal });
    await settle();
    // Its bitmap is there only after the abort.
    const late = pool.classify(canvas, { signal: controller.signal });
    void pool.classify(formulaPicture(0));
    controller.abort("enough");
    await expect(inTime).rejects.toMatchObject(aborted);
    await expect(late).rejects.toMatchObject(aborted);
    await settle();
    expect(bitmaps.map(({ close }) => close.mock.calls.length)).toEqual([1, 1]);
    connections[0]!.answer();
    expect(connections[0]!.ids).toEqual([1, 4]);
    // Four are read ahead again.
    connections[0]!.answer();
    const files = Array.from({ length: 6 }, () => new HeldFile());
    for (const file of files) void pool.classify(file);
    expect(files.filter(({ asked }) => asked)).toHaveLength(4);
  });

  test("that runs is rejected at once, and its worker gets the next after its answer", async () => {
    const { pool, connections } = poolOf(1);
    const controller = new AbortController();
    const running = pool.classify(formulaPicture(0), { signal: controller.signal });
    const next = pool.classify(formulaPicture(0));
    await settle();
    controller.abort("enough");
    await expect(running).rejects.toMatchObject(aborted);
    expect(connections[0]!.ids).toEqual([1]);
    connections[0]!.answer();
    expect(connections[0]!.ids).toEqual([1, 2]);
    connections[0]!.answer();
    expect((await next).width).toBe(2);
  });
});
