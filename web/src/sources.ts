import { DECODER, MODEL, type Part, readBody, refused, rejectHtml, resolveUrl, WASM } from "./download.js";
import { ClassifierError } from "./errors.js";
import { kindOf } from "./kind.js";
import type { ModelDescription } from "./own-model.js";
import type { Parts } from "./parts.js";
import type { Asset, DecoderRequest, LoadRequest, Progress } from "./protocol.js";

/** How {@link createClassifier} gets its parts. */
export interface CreateOptions extends ModelDescription {
  /**
   * Address or bytes of an ONNX file; the package's default model where absent.
   *
   * Files that wideye exported say all of themselves; those of other makers need `labels`.
   */
  readonly model?: string | URL | ArrayBuffer | Uint8Array<ArrayBuffer> | Blob | Response;
  /**
   * Address, bytes or compiled module; the package's own where absent, of which there are two: one for browsers
   * with relaxed SIMD, one for all. Classifiers on the calling thread share the one that is loaded first.
   */
  readonly wasm?: string | URL | ArrayBuffer | Uint8Array<ArrayBuffer> | Response | WebAssembly.Module;
  /**
   * What decodes files: `auto` (the default) is the browser, and wideye's own decoder where there is none or the
   * browser fails; `wasm` is always wideye's, whose pixels are the same everywhere.
   */
  readonly decoder?: "auto" | "wasm";
  /**
   * Address, bytes or compiled module of that decoder; the package's own where absent. An address is fetched when
   * the decoder is first needed.
   */
  readonly decoderWasm?: CreateOptions["wasm"];
  /**
   * Address of `wideye/worker` where the bundler does not find it, or false to run on the calling thread.
   * Where there are no workers, as in Node, the calling thread is used anyway.
   */
  readonly worker?: string | URL | false;
  /**
   * Most workers that classify side by side, 1 to 8, or `"auto"` for the machine's cores minus one, at least 1
   * and at most 8; 1 where absent, because each holds the network in memory and one picture is no faster with
   * more.
   *
   * The first one starts with the classifier, the others when pictures wait for one; wasm and model are fetched and
   * compiled once for all. The calling thread counts as one worker: `worker: false` refuses more, and where
   * there are no workers they are ignored.
   *
   * ```ts
   * const classifier = await createClassifier({ workers: "auto" });
   * for await (const { input, result, error } of classifier.classifyAll(fileInput.files)) {
   *   console.log(input.name, result?.predictions[0]?.label ?? error?.code);
   * }
   * ```
   */
  readonly workers?: number | "auto";
  /**
   * Called as the downloads go on, of each part first with nothing loaded and last with all of it. Parts that are
   * given as bytes, or that another classifier of the thread has loaded, are not reported.
   */
  readonly onProgress?: (progress: Progress) => void;
  /** Stops the load; the promise rejects with the code `aborted`. */
  readonly signal?: AbortSignal;
}

type Source = NonNullable<CreateOptions["model"] | CreateOptions["wasm"]>;

/** Returns what the engine's thread has to load, with the build's own parts where none are given. */
export async function loadRequest(parts: Parts, options: CreateOptions): Promise<LoadRequest> {
  const { model, wasm, labels, inputSize, normalisation } = options;
  const decoder = await decoderRequest(parts, options);
  const { asset, name } =
    model === undefined ? await parts.model() : { asset: await assetOf(model, MODEL), name: nameOf(model) };
  return {
    type: "load",
    ...(wasm === undefined ? await parts.wasm() : { wasm: await assetOf(wasm, WASM) }),
    decoder,
    model: asset,
    modelName: name,
    description: { labels, inputSize, normalisation },
  };
}

async function decoderRequest(
  parts: Parts,
  { decoder = "auto", decoderWasm }: CreateOptions,
): Promise<DecoderRequest> {
  if (decoder !== "auto" && decoder !== "wasm") {
    throw new ClassifierError(
      "internal",
      `decoder: expected "auto" or "wasm", found ${JSON.stringify(decoder)}; a file of it is given as \`decoderWasm\``,
    );
  }
  return {
    asset: decoderWasm === undefined ? await parts.decoder() : await assetOf(decoderWasm, DECODER),
    always: decoder === "wasm",
  };
}

async function assetOf(source: Source, part: Part): Promise<Asset> {
  if (typeof source === "string") return { url: resolveUrl(source).href };
  switch (kindOf(source)) {
    case "URL":
      return { url: resolveUrl(source as URL).href };
    case "ArrayBuffer":
      return { bytes: new Uint8Array(source as ArrayBuffer) };
    case "Uint8Array":
      return { bytes: source as Uint8Array<ArrayBuffer> };
    case "Blob":
    case "File":
      return { bytes: await bytesOf(source as Blob, part) };
    case "Response":
      return { bytes: await bodyOf(source as Response, part) };
    case "WebAssembly.Module":
      return { module: source as WebAssembly.Module };
  }
  throw new ClassifierError(
    "internal",
    `expected an address or bytes of model and wasm, found ${typeof source}`,
  );
}

async function bytesOf(blob: Blob, { name }: Part): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return new Uint8Array(await blob.arrayBuffer());
  } catch (cause) {
    throw new ClassifierError("network", `the file of ${name} could not be read; choose it again`, { cause });
  }
}

async function bodyOf(response: Response, part: Part): Promise<Uint8Array<ArrayBuffer>> {
  const url = response.url === "" ? undefined : new URL(response.url);
  if (!response.ok) throw refused(response, url, part);
  if (response.bodyUsed || response.body?.locked) {
    throw new ClassifierError(
      "internal",
      `the Response of ${part.name} has been read already; fetch it again, or give its bytes`,
    );
  }
  const bytes = await readBody(response, url);
  rejectHtml(bytes, url, part);
  return bytes;
}

function nameOf(model: Source): string {
  return fileNameOf(model).replace(/\.onnx$/, "") || "model";
}

function fileNameOf(model: Source): string {
  switch (kindOf(model)) {
    case "String":
    case "URL":
      return fileNameAt(resolveUrl(model as string | URL));
    case "Response":
      // One that was made, not fetched, has no address.
      return (model as Response).url && fileNameAt(new URL((model as Response).url));
    case "File":
      return (model as File).name;
  }
  return "";
}

/** The last part of an address's path, where that is one of files. */
function fileNameAt({ protocol, pathname }: URL): string {
  if (!/^(https?|file):$/.test(protocol)) return "";
  const name = pathname.split("/").at(-1)!;
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
