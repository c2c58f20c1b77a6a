// The entry of dist/wideye.min.js, whose global `wideye` holds the names of the package. bundle.mjs has assets.ts
// find the files from the script's address.

import { files } from "./assets.js";
import { type Classifier, createWith } from "./client.js";
import type { Parts } from "./parts.js";
import { scriptUrl } from "./script-url.js";
import type { CreateOptions } from "./sources.js";
import { startAt, starter, startText } from "./start.js";

export * from "./api.js";

const workerUrl = new URL("worker.min.js", scriptUrl).href;

const beside: Parts = {
  ...files,
  // Another origin's script is no worker, but a worker may import it.
  worker: starter([startAt(workerUrl), startText(`importScripts(${JSON.stringify(workerUrl)});`)]),
};

/** As in create.ts, with the files beside the script. */
export function createClassifier(options?: CreateOptions): Promise<Classifier> {
  return createWith(beside, options);
}
