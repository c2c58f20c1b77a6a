import { files } from "./assets.js";
import { type Classifier, createWith } from "./client.js";
import type { CreateOptions } from "./sources.js";

/**
 * Loads the model and returns a classifier, in workers where there are workers.
 *
 * Wasm, model and worker are files of the package, for which the policy
 * `script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; connect-src 'self'` is enough.
 *
 * Rejects with a {@link ClassifierError}.
 */
export function createClassifier(options?: CreateOptions): Promise<Classifier> {
  return createWith(files, options);
}
