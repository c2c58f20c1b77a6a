import { abortedError, ClassifierError, fromRecord } from "./errors.js";
import type { LoadRequest, Progress, Reply, Request } from "./protocol.js";
import type { Start } from "./start.js";

/** A line to the thread that runs the engine. */
export interface Connection {
  post(request: Request, transfer: Transferable[]): void;
  /** Sets who hears replies, and who hears that the other end is gone. */
  listen(onReply: (reply: Reply) => void, onEnd: (error: ClassifierError) => void): void;
  close(): void;
}

/**
 * Connects to a worker that `start` starts; requests wait in it until its script runs.
 *
 * `script` is its address where it is the caller's: that of the package's own is the bundler's secret.
 */
export function connectWorker(start: Start, script?: URL): Connection {
  let worker: Worker;
  try {
    worker = start();
  } catch (cause) {
    throw new ClassifierError(
      "unsupported-browser",
      "the worker cannot be started from this page; serve wideye's worker from the page's own origin and pass its address as `worker`, or pass `worker: false`",
      { cause },
    );
  }
  let started = false;
  let hearReply: (reply: Reply) => void = () => {};
  let hearEnd: (error: ClassifierError) => void = () => {};
  worker.addEventListener("message", ({ data }: MessageEvent<Reply>) => {
    if (data.type === "started") started = true;
    else hearReply(data);
  });
  worker.addEventListener("error", (event) => {
    event.preventDefault();
    const cause: unknown = event.error ?? (event.message ? new Error(event.message) : undefined);
    hearEnd(
      started
        ? new ClassifierError(
            "crashed",
            "the worker stopped, perhaps for want of memory; close other pages and try again",
            { cause },
          )
        : new ClassifierError("network", notStarted(script), { cause }),
    );
  });
  return {
    post: (request, transfer) => worker.postMessage(request, transfer),
    listen(onReply, onEnd) {
      hearReply = onReply;
      hearEnd = onEnd;
    },
    close: () => worker.terminate(),
  };
}

/** Why a worker may not have started; browsers do not say. */
function notStarted(script: URL | undefined): string {
  const what =
    script === undefined
      ? "wideye's worker could not be loaded; check that worker.js is among the files that the page's server has of this package, or pass the address of wideye/worker as `worker`;"
      : `${script.href} could not be loaded as the worker's script; check that it answers wideye/worker, neither an error nor an HTML page;`;
  return `${what} it has to be served as JavaScript from the page's own origin and allowed by the page's policy (worker-src 'self')`;
}

/** Returns what connects to an engine on the calling thread, where each request gets a turn of its own. */
export async function loadInThread(): Promise<() => Connection> {
  const { Host } = await import("./host.js");
  return () => {
    let hearReply: (reply: Reply) => void = () => {};
    const host = new Host((reply) => hearReply(reply));
    return {
      post: (request) => void setTimeout(() => void host.receive(request)),
      listen(onReply) {
        hearReply = onReply;
      },
      close() {
        hearReply = () => {};
        void host.receive({ type: "close" });
      },
    };
  };
}

/** What a load answers. */
export type Loaded = Extract<Reply, { type: "loaded" }>;

/** Has the other end load what the request names; rejects when it fails, is gone, or `signal` is aborted. */
export function load(
  connection: Connection,
  request: LoadRequest,
  {
    onProgress,
    signal,
    transfer = [],
  }: {
    readonly onProgress?: ((progress: Progress) => void) | undefined;
    readonly signal?: AbortSignal | undefined;
    readonly transfer?: Transferable[];
  } = {},
): Promise<Loaded> {
  return new Promise<Loaded>((resolve, reject) => {
    if (signal?.aborted) throw abortedError(signal);
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
      else if (reply.type === "loaded") done(reply);
      else if (reply.type === "failed") fail(fromRecord(reply.error));
    }, fail);
    try {
      connection.post(request, transfer);
    } catch (cause) {
      fail(new ClassifierError("internal", "model or options cannot be sent to the worker", { cause }));
    }
  });
}
