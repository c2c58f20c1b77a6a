import type { Store } from "../state.js";
import { pin, pointAt, type Scene } from "./scene.js";

/** What a visitor can do about the scene; classes are named by their index. */
export interface SceneActions {
  resize(share: number): void;
  point(index: number | null): void;
  pin(index: number): void;
  letGo(): void;
}

/** Carries the visitor's actions over into the state. */
export function sceneActions(store: Store): SceneActions {
  const change = (part: Partial<Scene>): void => store.change({ scene: { ...store.state.scene, ...part } });
  return {
    resize: (share) => change({ share }),
    point: (index) => change({ shown: pointAt(store.state.scene.shown, index) }),
    pin: (index) => change({ shown: pin(store.state.scene.shown, index) }),
    letGo: () => change({ shown: null }),
  };
}
