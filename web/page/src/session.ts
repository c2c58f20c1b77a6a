import {
  type Classification,
  type Classifier,
  type ClassifierInput,
  type ClassifyOptions,
  createClassifier,
  type Fit,
  type Progress,
} from "wideye";

import { nextSaid } from "./answer/said.js";
import { noCamera } from "./camera/camera.js";
import { newest } from "./newest.js";
import { bytesOf } from "./picture/bytes.js";
import { copyPicture, type PictureCopy } from "./picture/copy.js";
import { closePreview, openPreview } from "./picture/preview.js";
import { canReadPixels } from "./picture/readback.js";
import { problemOf } from "./problem.js";
import type { Picture, Problem, Square, State, Store } from "./state.js";

/** What the page can be asked to do. */
export interface Session {
  /** Loads the network. */
  load(): void;
  /** Loads the network again and looks at the picture that is waiting. */
  retry(): void;
  /** Looks at a picture, or at what is cut out of it; an older one that is still being looked at is dropped. */
  look(picture: Picture, crop?: Square | null): void;
  /** Says that a text is no address of a picture. */
  refuse(text: string): void;
  /** Puts the picture and the camera away and says why there is no answer. */
  fail(problem: Problem): void;
  /** Puts the picture away. */
  clear(): void;
  /** Looks at the frame that a camera shows now. */
  watch(frame: HTMLVideoElement): Promise<void>;
  /** Changes how pictures are made square and looks again. */
  setFit(fit: Fit): void;
  /** Changes what is cut out of the picture and looks again; null is the largest square in the middle. */
  setCrop(crop: Square | null): void;
  /**
   * Follows a crop square that moves, on a smaller copy of the picture, or on the picture itself where pages may not
   * read pixels; `setCrop` ends the move.
   */
  moveCrop(crop: Square): void;
  /** Returns the network once it is loaded, for those who look at more than the picture. */
  classifier(): Promise<Classifier>;
  /** Returns the bytes of a picture, which are read once. */
  read(picture: Picture, signal: AbortSignal): Promise<Blob>;
}

/** Connects the store with the package's classifier. */
export function startSession(store: Store): Session {
  // What is shown and what is classified are the same bytes, and no address is asked twice.
  const fetched = new WeakMap<Picture, Blob>();
  let network: Promise<Classifier> | undefined;
  let latest = new AbortController();
  let following = false;
  let [asked, answered] = [0, 0];
  let copied: Promise<PictureCopy> | undefined;

  const load = (): void => {
    store.change({ network: { phase: "loading", loaded: 0, total: null } });
    const parts = new Map<Progress["part"], Progress>();
    const loading = createClassifier({
      // Further workers start when pictures wait for one.
      workers: "auto",
      onProgress: (progress) => {
        parts.set(progress.part, progress);
        if (store.state.network.phase === "loading") {
          store.change({ network: { phase: "loading", ...inAll([...parts.values()]) } });
        }
      },
    });
    network?.then(
      (before) => before.close(),
      () => {},
    );
    network = loading;
    loading.then(
      ({ modelInfo }) => store.change({ network: { phase: "ready", info: modelInfo } }),
      (error: unknown) => store.change({ network: { phase: "failed", problem: problemOf(error) } }),
    );
  };

  const retry = (): void => {
    load();
    if (store.state.picture) void classify(store.state.picture);
    else store.change({ look: { phase: "none" } });
  };

  const look = (picture: Picture, crop: Square | null = null): void => {
    store.change({ picture, crop, pinned: null, camera: noCamera, look: { phase: "looking" } });
    copied = undefined;
    void classify(picture);
  };

  /** Drops what is under way; what begins is dropped by the signal. */
  const begin = (): AbortSignal => {
    latest.abort();
    latest = new AbortController();
    following = false;
    return latest.signal;
  };

  const classify = async (picture: Picture, { quietly = false } = {}): Promise<void> => {
    const signal = begin();
    if (!quietly || store.state.look.phase !== "seen") store.change({ look: { phase: "looking" } });
    try {
      const bytes = await read(picture, signal);
      const result = await ask(bytes, framing(store.state), signal);
      if (!signal.aborted) store.change({ look: { phase: "seen", result } });
    } catch (error) {
      failed(error, signal);
    }
  };

  const ask = async (
    input: ClassifierInput,
    framed: ClassifyOptions,
    signal: AbortSignal,
  ): Promise<Classification> => {
    const classifier = await network!;
    const options = { topK: null, ...framed, thumbnail: true, activationMaps: true, signal } as const;
    try {
      const result = await classifier.classify(input, options);
      // The part that could not be fetched is there now, or this picture does without.
      if (store.state.network.phase === "failed") {
        store.change({ network: { phase: "ready", info: classifier.modelInfo } });
      }
      return result;
    } catch (error) {
      const problem = problemOf(error);
      // The picture's bytes are here: what could not be fetched is a part of the network, which may be loaded again.
      if (problem.code === "network") store.change({ network: { phase: "failed", problem } });
      throw error;
    }
  };

  const failed = (error: unknown, signal: AbortSignal): void => {
    if (!signal.aborted) store.change({ look: { phase: "failed", problem: problemOf(error) } });
  };

  const answerLive = async (input: ClassifierInput, framed: ClassifyOptions, signal: AbortSignal) => {
    const order = (asked += 1);
    const result = await ask(input, framed, signal);
    // Several workers may overtake one another.
    if (signal.aborted || order < answered) return;
    answered = order;
    const { look } = store.state;
    const before = look.phase === "seen" ? (look.live ?? { result: look.result, atMs: -Infinity }) : null;
    store.change({ look: { phase: "seen", result, live: nextSaid(before, result, performance.now()) } });
  };

  const watch = async (frame: HTMLVideoElement): Promise<void> => {
    const { signal } = latest;
    try {
      await answerLive(frame, framing(store.state), signal);
    } catch (error) {
      failed(error, signal);
    }
  };

  const follow = newest(async (picture: Picture) => {
    // What still waited when the square came to rest is answered by the rest.
    if (!following) return;
    const { signal } = latest;
    try {
      const bytes = await read(picture, signal);
      if (canReadPixels()) copied ??= copyPicture(bytes);
      const copy = await copied;
      const { crop } = store.state;
      if (signal.aborted || !crop) return;
      if (copy) await answerLive(copy.cut(crop), {}, signal);
      else await answerLive(bytes, framing(store.state), signal);
    } catch {
      // At rest the picture itself is asked, and what fails then is explained.
    }
  });

  const read = async (picture: Picture, signal: AbortSignal): Promise<Blob> => {
    const known = fetched.get(picture);
    if (known) return known;
    try {
      const bytes = await bytesOf(picture, signal);
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
    const opened = await openPreview(picture, source);
    if (store.state.picture !== picture) {
      closePreview(opened);
      return;
    }
    const replaced = store.state.preview;
    store.change({ preview: opened });
    closePreview(replaced);
  };

  const refuse = (text: string): void => {
    fail({ code: "address", message: text ? `not a web address: ${text}` : "the address is empty" });
  };

  const fail = (problem: Problem): void => {
    putAway({ look: { phase: "failed", problem }, camera: noCamera });
  };

  const clear = (): void => putAway({ look: { phase: "none" } });

  const putAway = (rest: Partial<State>): void => {
    begin();
    copied = undefined;
    const { preview } = store.state;
    store.change({ picture: null, preview: null, crop: null, pinned: null, ...rest });
    closePreview(preview);
  };

  const setFit = (fit: Fit): void => {
    store.change({ fit });
    if (store.state.picture) void classify(store.state.picture);
  };

  const setCrop = (crop: Square | null): void => {
    store.change({ crop });
    if (store.state.picture) void classify(store.state.picture, { quietly: true });
  };

  const moveCrop = (crop: Square): void => {
    store.change({ crop });
    if (!store.state.picture) return;
    if (!following) begin();
    following = true;
    follow(store.state.picture);
  };

  return {
    load,
    retry,
    look,
    refuse,
    fail,
    clear,
    watch,
    setFit,
    setCrop,
    moveCrop,
    classifier: () => network!,
    read,
  };
}

/** The options of `classify` for how the picture is made square. */
export function framing({ fit, crop }: Pick<State, "fit" | "crop">): ClassifyOptions {
  if (fit !== "cover" || crop === null) return { fit };
  return { crop: { x: crop.x, y: crop.y, width: crop.side, height: crop.side } };
}

/** How far downloads have come together; the total is null where one of them has none. */
function inAll(parts: readonly Progress[]): Pick<Progress, "loaded" | "total"> {
  return {
    loaded: parts.reduce((sum, { loaded }) => sum + loaded, 0),
    total: parts.reduce<number | null>(
      (sum, { total }) => (sum === null || total === null ? null : sum + total),
      0,
    ),
  };
}
