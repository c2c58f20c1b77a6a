import { type Classification, type Classifier, createClassifier } from "wideye";
import narrow from "wideye/models/narrow.onnx?url";
import wide from "wideye/models/wide.onnx?url";
import { problemOf } from "../problem.js";
import { inRounds } from "../rounds.js";
import type { State, Store } from "../state.js";
import { type Comparison, noComparison, type Rival, withPair } from "./compare.js";

const ADDRESSES: Readonly<Record<Rival, string>> = { narrow, wide };

/** How long a network is kept for a visitor who looks at another tool. */
const KEPT_MS = 60_000;

/** What the comparison can be asked to do. */
export interface RivalControls {
  /** Compares with another network. */
  choose(rival: Rival): void;
  /** Loads the network again. */
  retry(): void;
}

/** Loads a second network when its tool is opened, and asks it about the pixels that the page's own has seen. */
export function startRival(store: Store): RivalControls {
  let loading: Promise<Classifier> | undefined;
  let opened = new AbortController();
  let leaving: ReturnType<typeof setTimeout> | undefined;

  const change = (part: Partial<Comparison>): void => store.changeIn("comparison", part);

  const open = (): void => {
    opened = new AbortController();
    const { signal } = opened;
    const unlessClosed = (network: Comparison["network"]): void => {
      if (!signal.aborted) change({ network });
    };
    loading = createClassifier({
      model: new URL(ADDRESSES[store.state.comparison.rival], document.baseURI),
      signal,
      onProgress: ({ part, loaded, total }) => {
        if (part === "model") unlessClosed({ phase: "loading", loaded, total });
      },
    });
    unlessClosed({ phase: "loading", loaded: 0, total: null });
    loading.then(
      ({ modelInfo: info }) => unlessClosed({ phase: "ready", info }),
      (error: unknown) => unlessClosed({ phase: "failed", problem: problemOf(error) }),
    );
  };

  const close = (rival = store.state.comparison.rival): void => {
    opened.abort();
    loading?.then(
      (classifier) => classifier.close(),
      () => {},
    );
    change({ ...noComparison, rival });
  };

  store.show(({ tool, comparison }) => {
    if (tool === "compare") {
      clearTimeout(leaving);
      leaving = undefined;
      if (comparison.network.phase === "none") open();
    } else if (comparison.network.phase !== "none") {
      leaving ??= setTimeout(close, KEPT_MS);
    }
  });

  inRounds(store, dueIn, async (own) => {
    const { signal } = opened;
    const { data, width, height } = own.thumbnail!;
    try {
      const classifier = await loading!;
      const other = await classifier.classify(new ImageData(data, width, height), { topK: 5, signal });
      if (!signal.aborted) change(withPair(store.state.comparison, { own, other }));
    } catch (error) {
      if (!signal.aborted) change({ pair: null, network: { phase: "failed", problem: problemOf(error) } });
    }
  });

  return { choose: close, retry: () => close() };
}

function dueIn({ tool, look, comparison: { network, pair } }: State): Classification | null {
  if (tool !== "compare" || network.phase !== "ready") return null;
  if (look.phase !== "seen" || !look.result.thumbnail || look.result === pair?.own) return null;
  return look.result;
}
