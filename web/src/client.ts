/// <reference lib="esnext.disposable" preserve="true" />

import type { Classification, ClassifyOptions, ModelInfo } from "./classification.js";
import { type Connection, connectWorker, load, loadInThread } from "./connection.js";
import { resolveUrl } from "./download.js";
import { ClassifierError, throwIfAborted, toClassifierError, unlessAborted } from "./errors.js";
import type { ClassifierInput } from "./inputs.js";
import type { Parts } from "./parts.js";
import { Pool } from "./pool.js";
import type { LoadRequest, SharedParts } from "./protocol.js";
import { type CreateOptions, loadRequest } from "./sources.js";
import { type Start, startAt } from "./start.js";
import { type ClassifyAllOptions, classifyAll, type Outcome } from "./stream.js";

/** Most workers of one classifier. */
const MAX_WORKERS = 8;

/** A loaded model, made by {@link createClassifier}. */
export interface Classifier {
  /** The loaded model. */
  readonly modelInfo: ModelInfo;
  /**
   * Returns what the network says about a picture.
   *
   * Calls may overlap: each is answered by itself, and pictures go to free workers in the order of the calls,
   * a few of them read ahead. Until then files and addresses are not read; everything else is copied at once,
   * so that the caller may change it.
   *
   * Rejects with a {@link ClassifierError}. Where a worker stops at the picture, for want of memory say, another
   * takes its place and the picture is tried once more; only then the code is `crashed`, and the classifier goes on.
   */
  classify(input: ClassifierInput, options?: ClassifyOptions): Promise<Classification>;
  /**
   * Yields what the network says about many pictures, in their order.
   *
   * A picture is taken from `inputs` only when a worker is about to need it, so that memory stays flat however
   * many there are; {@link ClassifyAllOptions.concurrency} says how many that is. Leaving the loop drops what is under
   * way and closes `inputs`.
   *
   * A picture that fails yields an {@link Outcome} with its `error`, and the next ones follow. The iteration itself
   * rejects with a {@link ClassifierError} when `options.signal` is aborted or the classifier is closed or
   * has crashed and cannot start again, and with whatever `inputs` throws, after the pictures before.
   *
   * ```ts
   * for await (const { input, result, error } of classifier.classifyAll(files)) {
   *   console.log(input.name, result?.predictions[0]?.label ?? error?.code);
   * }
   * ```
   */
  classifyAll<Input extends ClassifierInput>(
    inputs: Iterable<Input> | AsyncIterable<Input>,
    options?: ClassifyAllOptions,
  ): AsyncIterableIterator<Outcome<Input>>;
  /** Ends the workers and frees the memory; calls under way reject with the code `closed`. */
  close(): void;
  /** Closes, at the end of a block with `using`. */
  [Symbol.dispose](): void;
}

/** Loads the model from what the caller or a build brings, and returns a classifier. */
export async function createWith(parts: Parts, options?: CreateOptions): Promise<Classifier> {
  try {
    return await create(parts, options ?? {});
  } catch (error) {
    throw toClassifierError(error);
  }
}

async function create(parts: Parts, options: CreateOptions): Promise<Classifier> {
  const { signal, onProgress } = options;
  throwIfAborted(signal);
  const { start, script } = await unlessAborted(workerStarter(parts, options), signal);
  const limit = workerLimit(options, start === undefined);
  const request = await unlessAborted(loadRequest(parts, options), signal);
  throwIfAborted(signal);
  const connect =
    start === undefined ? await unlessAborted(loadInThread(), signal) : () => connectWorker(start, script);
  const first = connect();
  try {
    const loading = load(first, { ...request, share: true }, { onProgress, signal });
    const { modelInfo, shared } = await loading;
    const growth = {
      limit,
      connect,
      load: (next: Connection) => loadShared(next, request, shared!),
    };
    return new PooledClassifier(modelInfo, new Pool(first, growth));
  } catch (error) {
    first.close();
    throw error;
  }
}

function workerLimit({ workers = 1, worker }: CreateOptions, inThread: boolean): number {
  const cores = globalThis.navigator?.hardwareConcurrency ?? 1;
  const limit = workers === "auto" ? Math.min(Math.max(cores - 1, 1), MAX_WORKERS) : workers;
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_WORKERS) {
    throw new ClassifierError(
      "internal",
      `workers: expected a whole number from 1 to ${MAX_WORKERS}, or "auto", found ${JSON.stringify(workers)}`,
    );
  }
  if (worker === false && workers !== "auto" && limit > 1) {
    throw new ClassifierError(
      "internal",
      `workers: expected 1 with \`worker: false\`, which uses the calling thread alone, found ${limit}`,
    );
  }
  return inThread ? 1 : limit;
}

/** Returns what starts workers, undefined where the calling thread has to do, and their script where it is the caller's. */
async function workerStarter(
  parts: Parts,
  { worker }: CreateOptions,
): Promise<{ start: Start | undefined; script?: URL }> {
  if (worker === false || typeof Worker === "undefined") return { start: undefined };
  if (worker === undefined) return { start: await parts.worker() };
  const script = resolveUrl(worker);
  return { start: startAt(script), script };
}

async function loadShared(
  connection: Connection,
  { decoder, modelName, description }: LoadRequest,
  { module, model }: SharedParts,
): Promise<void> {
  const bytes = new Uint8Array(await model.arrayBuffer());
  const request = {
    type: "load",
    wasm: { module },
    decoder,
    model: { bytes },
    modelName,
    description,
  } as const;
  await load(connection, request, { transfer: [bytes.buffer] });
}

class PooledClassifier implements Classifier {
  readonly modelInfo: ModelInfo;
  declare [Symbol.dispose]: () => void;
  readonly #pool: Pool;

  constructor(modelInfo: ModelInfo, pool: Pool) {
    this.modelInfo = modelInfo;
    this.#pool = pool;
    // Safari has no Symbol.dispose yet.
    if (typeof Symbol.dispose === "symbol") this[Symbol.dispose] = () => this.close();
  }

  classify(input: ClassifierInput, options?: ClassifyOptions): Promise<Classification> {
    return this.#pool.classify(input, options ?? {});
  }

  classifyAll<Input extends ClassifierInput>(
    inputs: Iterable<Input> | AsyncIterable<Input>,
    options?: ClassifyAllOptions,
  ): AsyncIterableIterator<Outcome<Input>> {
    return classifyAll(this.#pool, inputs, options ?? {});
  }

  close(): void {
    this.#pool.close();
  }
}
