import {
  type Classifier,
  ClassifierError,
  type ClassifyOptions,
  createClassifier,
  type Fit,
  fetchPicture,
} from "wideye";

import { closePreview, openPreview } from "./picture/preview.js";
import type { Picture, Problem, Square, State, Store } from "./state.js";

/** What the page can be asked to do. */
export interface Session {
  /** Loads the network. */
  load(): void;
  /** Loads the network again and looks at the picture that is waiting. */
  retry(): void;
  /** Looks at a picture; an older one that is still being looked at is dropped. */
  look(picture: Picture): void;
  /** Says that a text is no address of a picture. */
  refuse(text: string): void;
  /** Changes how pictures are made square and looks again. */
  setFit(fit: Fit): void;
  /** Changes what is cut out of the picture and looks again; null is the largest square in the middle. */
  setCrop(crop: Square | null): void;
  /** Returns the network once it is loaded, for those who look at more than the picture. */
  classifier(): Promise<Classifier>;
  /** Returns the bytes of a picture, which are fetched once. */
  read(picture: Picture, signal: AbortSignal): Promise<Blob>;
}

/** Connects the store with the package's classifier. */
export function startSession(store: Store): Session {
  // An address is asked once: what is shown and what is classified are the same bytes.
  const fetched = new WeakMap<Picture, Blob>();
  let network: Promise<Classifier> | undefined;
  let latest = new AbortController();

  const load = (): void => {
    store.change({ network: { phase: "loading", loaded: 0, total: null } });
    const loading = createClassifier({
      // Further workers start when pictures wait for one.
      workers: "auto",
      onProgress: ({ part, loaded, total }) => {
        if (part === "model" && store.state.network.phase === "loading") {
          store.change({ network: { phase: "loading", loaded, total } });
        }
      },
    });
    network = loading;
    loading.then(
      ({ modelInfo }) => store.change({ network: { phase: "ready", info: modelInfo } }),
      (error: unknown) => store.change({ network: { phase: "failed", problem: problemOf(error) } }),
    );
  };

  const retry = (): void => {
    load();
    if (store.state.picture) void classify(store.state.picture);
  };

  const look = (picture: Picture): void => {
    store.change({ picture, crop: null, pinned: null });
    void classify(picture);
  };

  const classify = async (picture: Picture): Promise<void> => {
    latest.abort();
    latest = new AbortController();
    const { signal } = latest;
    store.change({ look: { phase: "looking" } });
    try {
      const bytes = await read(picture, signal);
      const classifier = await network!;
      if (signal.aborted) return;
      const result = await classifier.classify(bytes, {
        topK: null,
        ...framing(store.state),
        thumbnail: true,
        activationMaps: true,
        signal,
      });
      if (!signal.aborted) store.change({ look: { phase: "seen", result } });
    } catch (error) {
      const problem = problemOf(error);
      if (problem.code === "crashed" && store.state.network.phase === "ready") load();
      if (!signal.aborted) store.change({ look: { phase: "failed", problem } });
    }
  };

  const read = async (picture: Picture, signal: AbortSignal): Promise<Blob> => {
    const known = fetched.get(picture);
    if (known) return known;
    try {
      const bytes =
        picture.source instanceof Blob
          ? picture.source
          : new Blob([await fetchPicture(picture.source, signal)]);
      fetched.set(picture, bytes);
      void preview(picture, bytes);
      return bytes;
    } catch (error) {
      // What the page may not read it may still show, and from there the visitor can save it.
      if (!signal.aborted) void preview(picture, picture.source);
      throw error;
    }
  };

  const preview = async (picture: Picture, source: Blob | URL): Promise<void> => {
    const opened = await openPreview(source, picture.alt);
    if (store.state.picture !== picture) {
      closePreview(opened);
      return;
    }
    const replaced = store.state.preview;
    store.change({ preview: opened });
    closePreview(replaced);
  };

  const refuse = (text: string): void => {
    latest.abort();
    const problem = {
      code: "address",
      message: text ? `not a web address: ${text}` : "the address is empty",
    };
    store.change({ look: { phase: "failed", problem } });
  };

  const setFit = (fit: Fit): void => {
    store.change({ fit });
    if (store.state.picture) void classify(store.state.picture);
  };

  const setCrop = (crop: Square | null): void => {
    store.change({ crop });
    if (store.state.picture) void classify(store.state.picture);
  };

  return { load, retry, look, refuse, setFit, setCrop, classifier: () => network!, read };
}

/** The options of `classify` for how the picture is made square. */
export function framing({ fit, crop }: Pick<State, "fit" | "crop">): ClassifyOptions {
  if (fit !== "cover" || crop === null) return { fit };
  return { crop: { x: crop.x, y: crop.y, width: crop.side, height: crop.side } };
}

/** What went wrong, for the page to explain. */
export function problemOf(error: unknown): Problem {
  if (error instanceof ClassifierError) return { code: error.code, message: error.message };
  return { code: "internal", message: error instanceof Error ? error.message : String(error) };
}
