import type { Store } from "../state.js";
import type { Scene } from "./scene.js";

/** What a visitor can do about the scene; classes are named by their index. */
export interface SceneActions {
  resize(share: number): void;
  point(index: number | null): void;
  /** Pins a class, or lets it go where it is pinned. */
  pin(index: number): void;
  letGo(): void;
}

/** Carries the visitor's actions over into the state. */
export function sceneActions(store: Store): SceneActions {
  const change = (part: Partial<Scene>): void => store.changeIn("scene", part);
  const letGo = (): void => change({ pointed: null, pinned: null });
  return {
    resize: (share) => change({ share }),
    point: (pointed) => change({ pointed }),
    pin: (index) => (index === store.state.scene.pinned ? letGo() : change({ pinned: index })),
    letGo,
  };
}
