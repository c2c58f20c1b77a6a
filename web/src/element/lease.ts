import { type Classifier, createClassifier, type Progress } from "../index.js";

/** How long a classifier that nobody holds is kept: elements are moved by taking them out and putting them back. */
const LINGER_MS = 1000;

/** One model of this page, and who holds it. */
interface Shared {
  readonly classifier: Promise<Classifier>;
  readonly loading: AbortController;
  readonly holders: Set<Lease>;
}

const sharedByModel = new Map<string, Shared>();

/** A hold on the page's one classifier for a model, which is loaded for the first and closed after the last. */
export class Lease {
  readonly #key: string;
  readonly #shared: Shared;
  readonly #onProgress: (progress: Progress) => void;

  /** `model` is an address, or empty for the package's own model. */
  constructor(model: string, onProgress: (progress: Progress) => void) {
    this.#key = URL.canParse(model, document.baseURI) ? new URL(model, document.baseURI).href : model;
    if (model === "") this.#key = "";
    this.#onProgress = onProgress;
    let shared = sharedByModel.get(this.#key);
    if (shared === undefined) {
      shared = share(this.#key);
      sharedByModel.set(this.#key, shared);
    }
    this.#shared = shared;
    shared.holders.add(this);
  }

  get classifier(): Promise<Classifier> {
    return this.#shared.classifier;
  }

  report(progress: Progress): void {
    this.#onProgress(progress);
  }

  /** Lets go; the classifier is closed a moment after the last hold. */
  release(): void {
    const { holders } = this.#shared;
    if (!holders.delete(this) || holders.size > 0) return;
    setTimeout(() => {
      if (holders.size === 0) end(this.#key, this.#shared);
    }, LINGER_MS);
  }

  /** Lets go of a classifier that has failed, so that the next hold loads another. */
  discard(): void {
    forget(this.#key, this.#shared);
    this.release();
  }
}

function share(model: string): Shared {
  const loading = new AbortController();
  const holders = new Set<Lease>();
  const classifier = createClassifier({
    ...(model && { model }),
    signal: loading.signal,
    onProgress: (progress) => {
      for (const holder of holders) holder.report(progress);
    },
  });
  const shared = { classifier, loading, holders };
  classifier.catch(() => forget(model, shared));
  return shared;
}

function forget(key: string, shared: Shared): void {
  if (sharedByModel.get(key) === shared) sharedByModel.delete(key);
}

function end(key: string, shared: Shared): void {
  forget(key, shared);
  shared.loading.abort();
  shared.classifier.then(
    (classifier) => classifier.close(),
    () => {},
  );
}
