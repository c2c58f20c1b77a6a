import { describe, expect, test, vi } from "vitest";

import type { Classification, ClassifyOptions } from "../src/classification.js";
import { ClassifierError } from "../src/errors.js";
import { classifyAll, type Outcome, type Sink } from "../src/stream.js";

interface Call {
  readonly input: string;
  readonly options: ClassifyOptions;
  resolve(result: Classification): void;
  reject(error: ClassifierError): void;
}

/** Stands for a pool that answers when the test says so. */
class FakeSink implements Sink {
  readonly calls: Call[] = [];
  end: ClassifierError | undefined;

  constructor(readonly room: number) {}

  classify(input: unknown, options: ClassifyOptions): Promise<Classification> {
    return new Promise((resolve, reject) => {
      this.calls.push({ input: input as string, options, resolve, reject });
    });
  }

  /** Answers the i-th call. */
  answer(i: number): void {
    this.calls[i]!.resolve(resultOf(this.calls[i]!.input));
  }
}

/** A result that tells which input it answers. */
const resultOf = (input: string): Classification => ({
  predictions: [{ index: 0, label: input, superclass: null, probability: 1 }],
  superclasses: [],
  known: null,
  width: 1,
  height: 1,
  timings: { decodeMs: 0, resizeMs: 0, inferMs: 0 },
});

/** Names from 0 on, which counts how many are taken and hears that it is closed. */
function names(length = Infinity) {
  const source = {
    taken: 0,
    closed: 0,
    [Symbol.iterator]: () => ({
      next: () =>
        source.taken < length
          ? { done: false as const, value: String(source.taken++) }
          : { done: true as const, value: undefined },
      return: () => {
        source.closed += 1;
        return { done: true as const, value: undefined };
      },
    }),
  };
  return source;
}

/** Lets everything run that waits for nothing else. */
const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

const answered = (input: string): Outcome => ({ input, result: resultOf(input) });

describe("a stream", () => {
  test("keeps the order of its inputs, whatever order the answers have", async () => {
    const sink = new FakeSink(3);
    const stream = classifyAll(sink, ["a", "b", "c"]);
    const first = stream.next();
    await settle();
    for (const i of [2, 1, 0]) {
      sink.answer(i);
      await settle();
    }
    const outcomes = [await first, await stream.next(), await stream.next(), await stream.next()];
    expect(outcomes.map(({ value }) => value as unknown)).toEqual([
      answered("a"),
      answered("b"),
      answered("c"),
      undefined,
    ]);
    expect(outcomes[3]!.done).toBe(true);
  });

  test("takes nothing before it is asked, and then what there is room for", async () => {
    const sink = new FakeSink(3);
    const source = names();
    const stream = classifyAll(sink, source);
    await settle();
    expect(source.taken).toBe(0);
    const first = stream.next();
    await settle();
    expect(source.taken).toBe(3);
    // Answers that nobody can take yet make no room.
    sink.answer(1);
    sink.answer(2);
    await settle();
    expect(source.taken).toBe(3);
    sink.answer(0);
    expect((await first).value).toEqual(answered("0"));
    await settle();
    expect(source.taken).toBe(3);
    expect((await stream.next()).value).toEqual(answered("1"));
    expect((await stream.next()).value).toEqual(answered("2"));
    await settle();
    expect(source.taken).toBe(5);
    void stream.next();
    await settle();
    expect(source.taken).toBe(6);
  });

  test.each([1, 2, 5])("takes %i at a time when asked for", async (concurrency) => {
    const sink = new FakeSink(3);
    const source = names();
    const stream = classifyAll(sink, source, { concurrency, topK: 1 });
    for (let given = 0; given < 3; given += 1) {
      const next = stream.next();
      await settle();
      expect(source.taken).toBe(given + concurrency);
      sink.answer(given);
      expect((await next).value).toEqual(answered(String(given)));
    }
    expect(sink.calls[0]!.options).toEqual({ topK: 1, signal: expect.any(AbortSignal) as unknown });
  });

  test.each([0, -1, 1.5, Number.NaN, "2", null])("refuses a concurrency of %j", async (concurrency) => {
    const source = names();
    const stream = classifyAll(new FakeSink(3), source, { concurrency: concurrency as never });
    await expect(stream.next()).rejects.toMatchObject({
      code: "internal",
      message: expect.stringContaining("concurrency: expected a whole number of at least 1") as string,
    });
    expect(source.taken).toBe(0);
  });

  test("over a thousand inputs holds what there is room for, and the one that is being given away", async () => {
    const sink = new FakeSink(4);
    const source = names(1000);
    let given = 0;
    let most = 0;
    const classify = sink.classify.bind(sink);
    sink.classify = (input, options) => {
      most = Math.max(most, source.taken - given);
      const result = classify(input, options);
      sink.answer(sink.calls.length - 1);
      return result;
    };
    for await (const { input, result } of classifyAll(sink, source)) {
      expect(result!.predictions[0]!.label).toBe(input);
      expect(input).toBe(String(given));
      given += 1;
    }
    expect([given, most]).toEqual([1000, 4 + 1]);
    expect(source.closed).toBe(0);
  });

  test("gives an answer while its source makes the next input", async () => {
    const sink = new FakeSink(3);
    async function* slow(): AsyncGenerator<string> {
      yield "a";
      await new Promise(() => {});
    }
    const stream = classifyAll(sink, slow());
    const first = stream.next();
    await settle();
    sink.answer(0);
    expect((await first).value).toEqual(answered("a"));
  });

  test("hands on its options, and signals of its own", async () => {
    const sink = new FakeSink(1);
    const { signal } = new AbortController();
    void classifyAll(sink, ["a"], { topK: 2, fit: "fill", signal }).next();
    await settle();
    expect(sink.calls[0]!.options).toEqual({
      topK: 2,
      fit: "fill",
      signal: expect.any(AbortSignal) as unknown,
    });
  });

  test.each([
    ["an array", (): Iterable<string> => ["a", "b"]],
    ["a set", () => new Set(["a", "b"])],
    [
      "a generator",
      function* () {
        yield "a";
        yield "b";
      },
    ],
    [
      "an asynchronous generator",
      async function* () {
        yield "a";
        yield "b";
      },
    ],
  ])("takes %s", async (_, inputs) => {
    const classify = async (input: unknown): Promise<Classification> => resultOf(input as string);
    const outcomes: Outcome[] = [];
    for await (const outcome of classifyAll({ room: 1, end: undefined, classify }, inputs()))
      outcomes.push(outcome);
    expect(outcomes).toEqual([answered("a"), answered("b")]);
  });

  test.each([
    ["https://example.org/otter.jpg", /found string/],
    [null, /found null/],
    [undefined, /found undefined/],
    [{ width: 1, height: 1 }, /found object/],
  ])("refuses %j", async (inputs, message) => {
    await expect(classifyAll(new FakeSink(1), inputs as never).next()).rejects.toMatchObject({
      name: "ClassifierError",
      code: "internal",
      message: expect.stringMatching(message) as string,
    });
  });
});

describe("a stream goes on", () => {
  test("after a picture that fails", async () => {
    const sink = new FakeSink(2);
    const stream = classifyAll(sink, ["a", "b"]);
    const first = stream.next();
    await settle();
    const error = new ClassifierError("not-an-image", "a text");
    sink.calls[0]!.reject(error);
    sink.answer(1);
    expect((await first).value).toEqual({ input: "a", error });
    expect((await stream.next()).value).toEqual(answered("b"));
    expect((await stream.next()).done).toBe(true);
  });
});

describe("a stream ends", () => {
  test("when its consumer leaves: what waits is dropped, nothing more taken, the source closed", async () => {
    const sink = new FakeSink(3);
    const source = names();
    const reading = (async () => {
      for await (const { input } of classifyAll(sink, source)) {
        expect(input).toBe("0");
        break;
      }
    })();
    await settle();
    expect(sink.calls.map(({ options }) => options.signal!.aborted)).toEqual([false, false, false]);
    sink.answer(0);
    await reading;
    expect(sink.calls.map(({ options }) => options.signal!.aborted)).toEqual([true, true, true]);
    expect([source.taken, source.closed]).toEqual([3, 1]);
  });

  test("when it is aborted, at once, though the source hangs", async () => {
    const sink = new FakeSink(3);
    const closing = vi.fn(() => new Promise<never>(() => {}));
    const hanging = {
      given: false,
      [Symbol.asyncIterator]: () => ({
        next: (): Promise<IteratorResult<string>> => {
          if (hanging.given) return new Promise(() => {});
          hanging.given = true;
          return Promise.resolve({ done: false, value: "a" });
        },
        return: closing,
      }),
    };
    const controller = new AbortController();
    const stream = classifyAll(sink, hanging, { signal: controller.signal });
    const first = stream.next();
    await settle();
    controller.abort("enough");
    await expect(first).rejects.toMatchObject({ name: "ClassifierError", code: "aborted", cause: "enough" });
    expect(sink.calls[0]!.options.signal!.aborted).toBe(true);
    expect(closing).toHaveBeenCalledTimes(1);
    expect(await stream.next()).toEqual({ done: true, value: undefined });
  });

  test("when it is aborted while its consumer is busy", async () => {
    const sink = new FakeSink(2);
    const source = names();
    const controller = new AbortController();
    const stream = classifyAll(sink, source, { signal: controller.signal });
    const first = stream.next();
    await settle();
    sink.answer(0);
    sink.answer(1);
    await first;
    controller.abort();
    await expect(stream.next()).rejects.toMatchObject({ code: "aborted" });
    expect([source.taken, source.closed]).toEqual([2, 1]);
  });

  test("before it opens its source, when it is aborted already or the classifier has ended", async () => {
    const sink = new FakeSink(1);
    const source = { [Symbol.iterator]: vi.fn(() => [].values()) };
    await expect(classifyAll(sink, source, { signal: AbortSignal.abort() }).next()).rejects.toMatchObject({
      code: "aborted",
    });
    sink.end = new ClassifierError("closed", "the classifier is closed");
    await expect(classifyAll(sink, source).next()).rejects.toBe(sink.end);
    expect(source[Symbol.iterator]).not.toHaveBeenCalled();
  });

  test.each([
    [
      "at once",
      function* () {
        yield "a";
        throw new RangeError("no more films");
      },
    ],
    [
      "later",
      async function* () {
        yield "a";
        await settle();
        throw new RangeError("no more films");
      },
    ],
  ])("with its source's own error %s, after the pictures before", async (_, source) => {
    const sink = new FakeSink(3);
    const stream = classifyAll(sink, source());
    const first = stream.next();
    await settle();
    await settle();
    sink.answer(0);
    expect((await first).value).toEqual(answered("a"));
    await expect(stream.next()).rejects.toThrow(new RangeError("no more films"));
    expect(await stream.next()).toEqual({ done: true, value: undefined });
  });

  test("when the classifier ends, after the answers before", async () => {
    const sink = new FakeSink(3);
    const source = names();
    const stream = classifyAll(sink, source);
    const first = stream.next();
    await settle();
    sink.answer(0);
    sink.end = new ClassifierError("crashed", "the worker stopped");
    for (const { reject } of sink.calls.slice(1)) reject(sink.end);
    expect((await first).value).toEqual(answered("0"));
    await expect(stream.next()).rejects.toBe(sink.end);
    expect(source.closed).toBe(1);
  });
});
