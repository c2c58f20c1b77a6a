import type { Classifier, ModelInfo } from "wideye";

import type { State, Store } from "../state.js";

/** Learns which superclass each class belongs to, when the list is first open: predictions say it, those of any picture. */
export function learnSuperclasses(
  store: Store,
  classifier: () => Promise<Classifier>,
): (state: State) => void {
  let asked: ModelInfo | null = null;

  const ask = async (info: ModelInfo): Promise<void> => {
    const { predictions } = await (await classifier()).classify(new ImageData(1, 1), { topK: null });
    const superclasses = info.labels.map(() => null as string | null);
    for (const { index, superclass } of predictions) superclasses[index] = superclass;
    store.change({ classes: { ...store.state.classes, superclasses } });
  };

  return ({ tool, network }) => {
    if (tool !== "classes" || network.phase !== "ready" || network.info === asked) return;
    asked = network.info;
    // Without them the list has no headings.
    ask(asked).catch(() => {});
  };
}
