/** The stable names of everything that can go wrong; messages may change, codes do not. */
export type ErrorCode =
  | "cors"
  | "network"
  | "not-an-image"
  | "too-large"
  | "bad-model"
  | "unsupported-browser"
  | "aborted"
  | "closed"
  | "crashed"
  | "internal";

/**
 * Every failure of this package, with a stable `code` to act upon.
 *
 * - `cors`: another site's server lets no page read the picture
 * - `network`: an address could not be fetched or a file not be read, or there was something else than asked for
 * - `not-an-image`, `too-large`: the input is no picture, or beyond the limits
 * - `bad-model`: the ONNX file does not meet the contract
 * - `unsupported-browser`: WebAssembly with SIMD is missing, a worker cannot be started from this page, the browser
 *   keeps the pixels of elements and frames from pages, or `wideye/inline` cannot unpack its files
 * - `aborted`: the given signal was aborted; its reason is the `cause`
 * - `closed`: the classifier was closed
 * - `crashed`: the engine stopped at the picture, and again in a fresh worker; the classifier goes on with others.
 *   Of `createClassifier`: it stopped at the model
 * - `internal`: wrong arguments, or a defect in this package
 */
export class ClassifierError extends Error {
  /** Tells this error from others across threads and frames, where `instanceof` does not. */
  override readonly name = "ClassifierError";
  /** What went wrong. */
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** Returns any thrown value as the error that callers see. */
export function toClassifierError(error: unknown): ClassifierError {
  if (error instanceof ClassifierError) return error;
  const cause = error instanceof Error ? error : new Error(String(error));
  return new ClassifierError("internal", cause.message, { cause });
}

/** A {@link ClassifierError} in a form that messages between threads can carry. */
export interface ErrorRecord {
  readonly code: ErrorCode;
  readonly message: string;
  readonly cause?: string;
}

export function toRecord(error: ClassifierError): ErrorRecord {
  const { code, message, cause } = error;
  return cause === undefined ? { code, message } : { code, message, cause: String(cause) };
}

export function fromRecord({ code, message, cause }: ErrorRecord): ClassifierError {
  return new ClassifierError(code, message, cause === undefined ? undefined : { cause: new Error(cause) });
}

export function abortedError(signal: AbortSignal): ClassifierError {
  return new ClassifierError("aborted", "the operation was aborted", { cause: signal.reason });
}

export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw abortedError(signal);
}

/** Waits no longer than until the signal: what takes for ever must not hold up others. */
export function unlessAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return work;
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(abortedError(signal));
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}

/** Returns a typed error of the wasm code as the one that callers see; undefined for a trap and a panic. */
export function thrownByWasm(error: unknown): ClassifierError | undefined {
  const { name, code, message, cause } = error as Error & { code?: ErrorCode };
  if (name !== "ClassifierError" || code === undefined || code === "crashed") return undefined;
  return new ClassifierError(code, message, cause === undefined ? undefined : { cause });
}
