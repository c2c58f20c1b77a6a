import { abortedError, ClassifierError, throwIfAborted } from "./errors.js";

export interface DownloadOptions {
  readonly signal?: AbortSignal | undefined;
  /** Called with the bytes so far and the bytes in all, null where the server does not say. */
  readonly onProgress?: ((loaded: number, total: number | null) => void) | undefined;
  /** The size where it is known beforehand: a server's figure is that of the compressed file. */
  readonly sizeBytes?: number | undefined;
  /** Most bytes to accept. */
  readonly maxBytes?: number | undefined;
}

/** A file that a classifier needs, in words, and the option of `createClassifier` that gives another. */
export interface Part {
  readonly name: string;
  readonly option: "model" | "wasm" | "decoderWasm";
}

export const MODEL: Part = { name: "the model", option: "model" };
export const WASM: Part = { name: "the WebAssembly file", option: "wasm" };
export const DECODER: Part = { name: "the decoder's WebAssembly file", option: "decoderWasm" };

/** Returns an absolute address; relative ones start at the page or, in a worker, at its script. */
export function resolveUrl(address: string | URL): URL {
  const base = globalThis.document?.baseURI ?? globalThis.location?.href;
  try {
    return new URL(address, base);
  } catch (cause) {
    throw new ClassifierError(
      "internal",
      `expected an absolute address, found "${address}"; for a file in Node use pathToFileURL(path) of node:url`,
      { cause },
    );
  }
}

/** Returns the server's successful answer, or what Node reads from a `file:` address; a picture where no part is named. */
export async function open(
  url: URL,
  { signal, part }: { readonly signal?: AbortSignal | undefined; readonly part?: Part } = {},
): Promise<Response> {
  throwIfAborted(signal);
  if (url.protocol === "file:" && runsInNode()) return new Response(await readFile(url, part, signal));
  let response: Response;
  try {
    response = await fetch(url, { signal: signal ?? null });
  } catch (cause) {
    if (signal?.aborted) throw abortedError(signal);
    throw await explain(url, cause, part, signal);
  }
  if (!response.ok) {
    await response.body?.cancel();
    throw refused(response, url, part);
  }
  return response;
}

/** Returns the whole body of an answer. */
export async function readBody(
  response: Response,
  url: URL | undefined,
  { signal, onProgress, sizeBytes, maxBytes = Infinity }: DownloadOptions = {},
): Promise<Uint8Array<ArrayBuffer>> {
  const declared = sizeBytes ?? declaredSize(response.headers);
  if (declared !== null && declared > maxBytes) {
    await response.body?.cancel();
    throw tooLarge(declared, maxBytes);
  }
  const chunks: Uint8Array[] = [];
  let loaded = 0;
  const report = () => onProgress?.(loaded, declared === null ? null : Math.max(declared, loaded));
  report();
  try {
    const reader = response.body?.getReader();
    for (let step = await reader?.read(); step && !step.done; step = await reader?.read()) {
      chunks.push(step.value);
      loaded += step.value.length;
      if (loaded > maxBytes) {
        await reader?.cancel();
        throw tooLarge(loaded, maxBytes);
      }
      report();
    }
  } catch (cause) {
    if (signal?.aborted) throw abortedError(signal);
    if (cause instanceof ClassifierError) throw cause;
    throw new ClassifierError("network", `the download of ${shown(url)} broke off after ${loaded} bytes`, {
      cause,
    });
  }
  const bytes = new Uint8Array(loaded);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}

/** The error for an answer that is none. */
export function refused(
  { status, statusText }: Response,
  url: URL | undefined,
  part?: Part,
): ClassifierError {
  const answer = `${status} ${statusText}`.trim();
  const instead = part === undefined ? "" : ` instead of ${part.name}`;
  return new ClassifierError("network", `${shown(url)} answered ${answer}${instead}; ${advice(part)}`);
}

/** What to do where an address does not give what it should. */
function advice(part: Part | undefined): string {
  return part === undefined
    ? "check the address, or save the file and use the saved copy"
    : `check that the file is served at this address, or pass the right one as \`${part.option}\``;
}

/** Throws when a server answered with a page: many send their start page for every unknown address. */
export function rejectHtml(bytes: Uint8Array, url: URL | undefined, part: Part): void {
  const start = new TextDecoder().decode(bytes.subarray(0, 256)).trimStart().toLowerCase();
  if (/^<(!doctype|html|head|body|!--)/.test(start)) {
    throw new ClassifierError(
      "network",
      `${shown(url)} answered an HTML page instead of ${part.name}; ${advice(part)}`,
    );
  }
}

export function tooLarge(sizeBytes: number, maxBytes: number): ClassifierError {
  return new ClassifierError(
    "too-large",
    `expected at most ${maxBytes} bytes, found ${sizeBytes}; save a smaller copy and try that`,
  );
}

/** A compressed answer's length counts other bytes than those that arrive here. */
export function declaredSize(headers: Headers): number | null {
  const length = headers.get("content-length");
  return length === null || headers.has("content-encoding") ? null : Number(length);
}

/**
 * Says why a fetch failed. Browsers do not tell a refusal by CORS from a dead network; a second
 * request that may not read its answer tells them apart, since it succeeds in the first case only.
 */
async function explain(
  url: URL,
  cause: unknown,
  part: Part | undefined,
  signal?: AbortSignal,
): Promise<ClassifierError> {
  const origin = globalThis.location?.origin;
  if (origin !== undefined && url.origin !== origin && /^https?:$/.test(url.protocol)) {
    const answered = await fetch(url, { method: "HEAD", mode: "no-cors", signal: signal ?? null }).then(
      () => true,
      () => false,
    );
    if (signal?.aborted) return abortedError(signal);
    if (answered) {
      return new ClassifierError(
        "cors",
        `${url.host} does not let other web pages read ${shown(url)}; ${
          part === undefined
            ? "save the file to your device and use the saved copy instead"
            : "serve the file from the page's own origin, or have that server allow it (Access-Control-Allow-Origin)"
        }`,
        { cause },
      );
    }
  }
  return new ClassifierError(
    "network",
    `${shown(url)} could not be fetched; if there is a connection, ${advice(part)}`,
    { cause },
  );
}

/** A Response that was made, not fetched, has no address. */
function shown(url: URL | undefined): string {
  if (url === undefined) return "the given Response";
  return url.protocol === "data:" || url.href.length > 200 ? `${url.href.slice(0, 60)}...` : url.href;
}

function runsInNode(): boolean {
  const { process } = globalThis as { process?: { versions?: { node?: string } } };
  return process?.versions?.node !== undefined;
}

async function readFile(
  url: URL,
  part: Part | undefined,
  signal?: AbortSignal,
): Promise<Uint8Array<ArrayBuffer>> {
  // Not a literal, so that bundlers for browsers do not look for it.
  const specifier = "node:fs/promises";
  const fs = (await import(/* @vite-ignore */ /* webpackIgnore: true */ specifier)) as {
    readFile(path: URL, options: { signal?: AbortSignal | undefined }): Promise<Uint8Array<ArrayBuffer>>;
  };
  try {
    return await fs.readFile(url, { signal });
  } catch (cause) {
    if (signal?.aborted) throw abortedError(signal);
    throw new ClassifierError("network", `${url.href} could not be read; ${advice(part)}`, { cause });
  }
}
