/**
 * The package with its wasm, its default model and its worker inside: nothing is fetched, and a page that is one
 * file works from the disk.
 *
 * ```ts
 * import { createClassifier } from "wideye/inline";
 *
 * const classifier = await createClassifier();
 * const { predictions } = await classifier.classify(file);
 * ```
 *
 * About 9.5 MB, 7 where the server compresses it: a page on a server is better off with `wideye`, whose files are
 * cached one by one.
 *
 * @packageDocumentation
 */

import { type Classifier, createWith } from "./client.js";
import * as text from "./inline-parts.js";
import type { Parts } from "./parts.js";
import type { CreateOptions } from "./sources.js";
import { starter, startText } from "./start.js";
import { unpack } from "./unpack.js";

export * from "./api.js";

// Without relaxed SIMD: a second wasm would add a seventh to the size, and make pictures a tenth faster.
const embedded: Parts = {
  wasm: async () => ({ wasm: { bytes: await unpack(text.wasm) } }),
  decoder: async () => ({ bytes: await unpack(text.decoder) }),
  model: async () => ({ asset: { bytes: await unpack(text.model) }, name: text.modelName }),
  worker: starter([startText(text.worker)]),
};

/**
 * Loads the embedded model and returns a classifier, without any request.
 *
 * The policy has to allow `script-src 'wasm-unsafe-eval'` and, for workers, `worker-src blob:`; where it forbids
 * the latter, and where there are no workers, pictures are classified on the calling thread.
 *
 * Rejects with a {@link ClassifierError}; `unsupported-browser` also where there is no `DecompressionStream`.
 */
export function createClassifier(options?: CreateOptions): Promise<Classifier> {
  return createWith(embedded, options);
}
