import type { Classification, ClassifyOptions } from "./classification.js";
import { abortedError, ClassifierError, throwIfAborted } from "./errors.js";
import type { ClassifierInput } from "./inputs.js";

/** What {@link Classifier.classifyAll} computes of each picture, and how. */
export interface ClassifyAllOptions extends ClassifyOptions {
  /**
   * Most pictures under way: taken from the inputs and not yet given to the loop, at least 1. Where absent, as many
   * as keep all workers busy: one for each, and those that are read ahead, which are as many again, but at least four.
   */
  readonly concurrency?: number;
}

/** What became of one input of {@link Classifier.classifyAll}: a result or an error. */
export type Outcome<Input extends ClassifierInput = ClassifierInput> =
  | {
      /** The picture as it was given. */
      readonly input: Input;
      /** What the network says about it. */
      readonly result: Classification;
      /** Absent beside a result. */
      readonly error?: undefined;
    }
  | {
      /** The picture as it was given. */
      readonly input: Input;
      /** Why there is no result. */
      readonly error: ClassifierError;
      /** Absent beside an error. */
      readonly result?: undefined;
    };

/** What a stream feeds with its inputs. */
export interface Sink {
  /** Inputs to hold at once where nothing else is asked for, answered ones that nobody has taken yet included. */
  readonly room: number;
  /** Why there are no more answers, once there are none. */
  readonly end: ClassifierError | undefined;
  classify(input: ClassifierInput, options: ClassifyOptions): Promise<Classification>;
}

/** Yields the outcome of each input in order, and takes from the source only what there is room for. */
export async function* classifyAll<Input extends ClassifierInput>(
  sink: Sink,
  inputs: Iterable<Input> | AsyncIterable<Input>,
  { signal, concurrency = sink.room, ...options }: ClassifyAllOptions = {},
): AsyncGenerator<Outcome<Input>, void, undefined> {
  throwIfAborted(signal);
  if (sink.end) throw sink.end;
  if (!Number.isInteger(concurrency) || concurrency < 1) {
    throw new ClassifierError(
      "internal",
      `concurrency: expected a whole number of at least 1, found ${JSON.stringify(concurrency)}`,
    );
  }
  const window = new Window(sink, open(inputs), concurrency, options);
  let aborted: ClassifierError | undefined;
  const abort = (): void => {
    aborted = abortedError(signal!);
    window.stop();
  };
  signal?.addEventListener("abort", abort, { once: true });
  try {
    for (;;) {
      const outcome = await window.next();
      if (aborted) throw aborted;
      if (outcome === undefined) return;
      yield outcome;
    }
  } finally {
    signal?.removeEventListener("abort", abort);
    window.stop();
    await window.closeSource();
  }
}

interface Entry<Input extends ClassifierInput> {
  outcome?: Outcome<Input>;
}

/** The inputs that are taken from a source and not yet given to the consumer. */
class Window<Input extends ClassifierInput> {
  readonly #sink: Sink;
  readonly #source: Iterator<Input> | AsyncIterator<Input>;
  readonly #room: number;
  readonly #options: ClassifyOptions;
  readonly #stop = new AbortController();
  readonly #entries: Entry<Input>[] = [];
  #pulling = false;
  #exhausted = false;
  #sourceFailure: { readonly error: unknown } | undefined;
  #wake = (): void => {};

  constructor(
    sink: Sink,
    source: Iterator<Input> | AsyncIterator<Input>,
    room: number,
    options: ClassifyOptions,
  ) {
    this.#sink = sink;
    this.#source = source;
    this.#room = room;
    this.#options = { ...options, signal: this.#stop.signal };
  }

  /** Returns the next outcome; undefined at the end of the source and once stopped. */
  async next(): Promise<Outcome<Input> | undefined> {
    while (!this.#stop.signal.aborted) {
      void this.#fill();
      const [head] = this.#entries;
      if (head?.outcome !== undefined) {
        if (head.outcome.error !== undefined && head.outcome.error === this.#sink.end) throw this.#sink.end;
        this.#entries.shift();
        return head.outcome;
      }
      if (head === undefined && this.#exhausted) {
        if (this.#sourceFailure) throw this.#sourceFailure.error;
        return undefined;
      }
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    return undefined;
  }

  /** Drops what waits. */
  stop(): void {
    this.#stop.abort();
    this.#wake();
  }

  /** Tells the source that nothing more will be taken, unless it is at its end. */
  async closeSource(): Promise<void> {
    if (this.#exhausted) return;
    const closed = Promise.resolve(this.#source.return?.());
    // A generator that waits for its next value closes only after that, which may never come.
    if (this.#pulling) closed.catch(() => {});
    else await closed;
  }

  async #fill(): Promise<void> {
    if (this.#pulling) return;
    this.#pulling = true;
    try {
      while (!this.#exhausted && this.#entries.length < this.#room) {
        const step = await this.#source.next();
        if (this.#stop.signal.aborted) break;
        if (step.done) this.#exhausted = true;
        else this.#enter(step.value);
      }
    } catch (error) {
      this.#exhausted = true;
      this.#sourceFailure = { error };
    }
    this.#pulling = false;
    this.#wake();
  }

  #enter(input: Input): void {
    const entry: Entry<Input> = {};
    this.#entries.push(entry);
    const settle = (outcome: Outcome<Input>): void => {
      entry.outcome = outcome;
      this.#wake();
    };
    this.#sink.classify(input, this.#options).then(
      (result) => settle({ input, result }),
      (error: ClassifierError) => settle({ input, error }),
    );
  }
}

function open<Input>(inputs: Iterable<Input> | AsyncIterable<Input>): Iterator<Input> | AsyncIterator<Input> {
  // A string is iterable, but one address, not many.
  if (typeof inputs === "object" && inputs !== null) {
    if (Symbol.asyncIterator in inputs) return inputs[Symbol.asyncIterator]();
    if (Symbol.iterator in inputs) return inputs[Symbol.iterator]();
  }
  throw new ClassifierError(
    "internal",
    `expected an array or another iterable of pictures, found ${inputs === null ? "null" : typeof inputs}`,
  );
}
