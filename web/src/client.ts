/// <reference lib="esnext.disposable" preserve="true" />

import { startWorker } from "./assets.js";
import type { Classification, ClassifyOptions, ModelInfo } from "./classification.js";
import { type Connection, connectInThread, connectWorker } from "./connection.js";
import { resolveUrl } from "./download.js";
import { abortedError, ClassifierError, fromRecord, throwIfAborted } from "./errors.js";
import { type ClassifierInput, type ReadInput, readInput, tainted } from "./inputs.js";
import type { LoadRequest, Reply } from "./protocol.js";
import { type CreateOptions, loadRequest } from "./sources.js";

/** A loaded model, made by {@link createClassifier}. */
export interface Classifier {
  /** The loaded model. */
  readonly modelInfo: ModelInfo;
  /**
   * Returns what the network says about a picture. Calls may overlap; they are answered in order.
   *
   * Rejects with a {@link ClassifierError}.
   */
  classify(input: ClassifierInput, options?: ClassifyOptions): Promise<Classification>;
  /** Ends the worker and frees the memory; calls under way reject with the code `closed`. */
  close(): void;
  [Symbol.dispose](): void;
}

/**
 * Loads the model and returns a classifier, in a worker where there are workers.
 *
 * Rejects with a {@link ClassifierError}.
 */
export async function createClassifier(options: CreateOptions = {}): Promise<Classifier> {
  const { signal, onProgress } = options;
  throwIfAborted(signal);
  const request = await loadRequest(options);
  throwIfAborted(signal);
  const connection = await connect(options.worker);
  try {
    return new QueuedClassifier(connection, await load(connection, request, onProgress, signal));
  } catch (error) {
    connection.close();
    throw error;
  }
}

function connect(worker: CreateOptions["worker"]): Connection | Promise<Connection> {
  if (worker === false || typeof Worker === "undefined") return connectInThread();
  return connectWorker(() =>
    worker === undefined ? startWorker() : new Worker(resolveUrl(worker), { type: "module", name: "wideye" }),
  );
}

function load(
  connection: Connection,
  request: LoadRequest,
  onProgress: CreateOptions["onProgress"],
  signal: AbortSignal | undefined,
): Promise<ModelInfo> {
  return new Promise<ModelInfo>((resolve, reject) => {
    const abort = () => reject(abortedError(signal!));
    signal?.addEventListener("abort", abort, { once: true });
    const settle =
      <T>(then: (value: T) => void) =>
      (value: T) => {
        signal?.removeEventListener("abort", abort);
        then(value);
      };
    const done = settle(resolve);
    const fail = settle(reject);
    connection.listen((reply) => {
      if (reply.type === "progress") onProgress?.(reply.progress);
      else if (reply.type === "loaded") done(reply.modelInfo);
      else if (reply.type === "failed") fail(fromRecord(reply.error));
    }, fail);
    connection.post(request, []);
  });
}

interface Job {
  readonly id: number;
  readonly input: ReadInput;
  readonly options: Omit<ClassifyOptions, "signal">;
  readonly resolve: (result: Classification) => void;
  readonly reject: (error: ClassifierError) => void;
}

/** Feeds its engine one picture at a time, so that an aborted one that waits costs nothing. */
class QueuedClassifier implements Classifier {
  readonly modelInfo: ModelInfo;
  declare [Symbol.dispose]: () => void;
  readonly #connection: Connection;
  readonly #waiting: Job[] = [];
  #running: Job | undefined;
  #lastId = 0;
  #end: ClassifierError | undefined;

  constructor(connection: Connection, modelInfo: ModelInfo) {
    this.modelInfo = modelInfo;
    this.#connection = connection;
    connection.listen(
      (reply) => this.#receive(reply),
      (error) => this.#stop(error),
    );
    // Safari has no Symbol.dispose yet.
    if (typeof Symbol.dispose === "symbol") this[Symbol.dispose] = () => this.close();
  }

  async classify(
    input: ClassifierInput,
    { signal, ...options }: ClassifyOptions = {},
  ): Promise<Classification> {
    if (this.#end) throw this.#end;
    const read = await readInput(input, signal);
    if (this.#end) throw this.#end;
    throwIfAborted(signal);
    let job: Job | undefined;
    const abort = () => job && this.#drop(job, abortedError(signal!));
    try {
      return await new Promise<Classification>((resolve, reject) => {
        job = { id: ++this.#lastId, input: read, options, resolve, reject };
        signal?.addEventListener("abort", abort, { once: true });
        this.#waiting.push(job);
        this.#next();
      });
    } finally {
      signal?.removeEventListener("abort", abort);
    }
  }

  close(): void {
    this.#stop(new ClassifierError("closed", "the classifier is closed"));
  }

  #next(): void {
    if (this.#running) return;
    const job = this.#waiting.shift();
    if (job === undefined) return;
    this.#running = job;
    const { id, options, input } = job;
    try {
      this.#connection.post({ type: "classify", id, picture: input.picture, options }, input.transfer);
    } catch (cause) {
      // A bitmap with another site's pixels cannot be posted; nothing else here can fail to be cloned.
      job.reject(
        input.picture.kind === "bitmap"
          ? tainted(cause)
          : new ClassifierError("internal", "the options cannot be sent to the worker", { cause }),
      );
      this.#running = undefined;
      this.#next();
    }
  }

  #receive(reply: Reply): void {
    if (reply.type !== "classified" && reply.type !== "failed") return;
    const job = this.#running;
    if (job === undefined || reply.id !== job.id) return;
    this.#running = undefined;
    if (reply.type === "classified") {
      job.resolve(reply.result);
    } else {
      const error = fromRecord(reply.error);
      if (error.code === "crashed") this.#stop(error);
      job.reject(error);
    }
    this.#next();
  }

  #drop(job: Job, error: ClassifierError): void {
    const at = this.#waiting.indexOf(job);
    if (at >= 0) {
      this.#waiting.splice(at, 1);
      if (job.input.picture.kind === "bitmap") job.input.picture.bitmap.close();
    }
    job.reject(error);
  }

  #stop(error: ClassifierError): void {
    if (this.#end) return;
    this.#end = error;
    this.#connection.close();
    for (const job of this.#waiting.splice(0)) job.reject(error);
    this.#running?.reject(error);
    this.#running = undefined;
  }
}
