import type { Classification, Fit, ModelInfo } from "wideye";

import type { Said } from "./answer/said.js";
import type { Camera } from "./camera/camera.js";
import { noCamera } from "./camera/camera.js";
import type { Changes } from "./changes/changes.js";
import { noChanges } from "./changes/changes.js";
import type { ClassList } from "./classes/classes.js";
import { wholeList } from "./classes/classes.js";
import type { Comparison } from "./compare/compare.js";
import { noComparison } from "./compare/compare.js";
import type { Many } from "./many/many.js";
import { noMany } from "./many/many.js";
import type { Notice } from "./notice/notice.js";
import type { Offline } from "./offline/offline.js";
import { notOffline } from "./offline/offline.js";
import type { Scene } from "./scene/scene.js";
import { noScene } from "./scene/scene.js";
import type { Sharing } from "./sharing/sharing.js";
import { nothingShared } from "./sharing/sharing.js";
import type { Language } from "./words/languages.js";

/** A picture somebody asked about. */
export interface Picture {
  readonly source: Blob | URL;
  readonly name: string;
  readonly alt: string;
  /** The model's classes that it really shows, where that is known. */
  readonly classes?: readonly string[];
}

/** A picture the browser can show, with its size in pixels after EXIF orientation. */
export interface Preview {
  readonly picture: Picture;
  readonly url: string;
  readonly width: number;
  readonly height: number;
}

/** A square of a picture, in pixels from the upper left corner of the upright picture. */
export interface Square {
  readonly x: number;
  readonly y: number;
  readonly side: number;
}

/** Why there is no answer: a code of the package's errors and its own words. */
export interface Problem {
  readonly code: string;
  readonly message: string;
}

export type Network =
  | { readonly phase: "loading"; readonly loaded: number; readonly total: number | null }
  | { readonly phase: "ready"; readonly info: ModelInfo }
  | { readonly phase: "failed"; readonly problem: Problem };

export type Look =
  | { readonly phase: "none" }
  | { readonly phase: "looking" }
  | {
      readonly phase: "seen";
      readonly result: Classification;
      /** Present while answers follow each other fast: under a camera, or a crop square that moves. */
      readonly live?: Said;
    }
  | { readonly phase: "failed"; readonly problem: Problem };

/** The parts below the answer, of which one is open. */
export const TOOLS = ["changes", "compare", "scene", "many", "classes"] as const;
export type Tool = (typeof TOOLS)[number];

/** Everything the page shows follows from this. */
export interface State {
  readonly language: Language;
  readonly network: Network;
  readonly picture: Picture | null;
  /** What is shown: the picture, or the one before until this one can be. */
  readonly preview: Preview | null;
  readonly fit: Fit;
  /** What is cut out under the fit `cover`; null is the largest square in the middle. */
  readonly crop: Square | null;
  readonly look: Look;
  /** The class, by its index, whose map lies over the picture while its bar is pointed at. */
  readonly pointed: number | null;
  /** The class, by its index, whose map lies there otherwise, until it is let go. */
  readonly pinned: number | null;
  readonly tool: Tool;
  readonly camera: Camera;
  readonly changes: Changes;
  readonly comparison: Comparison;
  readonly scene: Scene;
  readonly many: Many;
  readonly classes: ClassList;
  readonly sharing: Sharing;
  readonly offline: Offline;
  /** Who had something to say since the last answer. */
  readonly notice: Notice | null;
}

export const initialState: State = {
  language: "en",
  network: { phase: "loading", loaded: 0, total: null },
  picture: null,
  preview: null,
  fit: "cover",
  crop: null,
  look: { phase: "none" },
  pointed: null,
  pinned: null,
  tool: "changes",
  camera: noCamera,
  changes: noChanges,
  comparison: noComparison,
  scene: noScene,
  many: noMany,
  classes: wholeList,
  sharing: nothingShared,
  offline: notOffline,
  notice: null,
};

/** The one place where the state changes; whoever shows or follows it is called with each new state. */
export class Store {
  #state = initialState;
  readonly #followers: ((state: State) => void)[] = [];

  get state(): State {
    return this.#state;
  }

  change(part: Partial<State>): void {
    this.#state = { ...this.#state, ...part };
    // A follower may change the state: those after it then see the newest one.
    for (const follow of this.#followers) follow(this.#state);
  }

  /** Changes a part of what one feature has in the state. */
  changeIn<Feature extends "changes" | "comparison" | "scene" | "classes" | "offline">(
    feature: Feature,
    part: Partial<State[Feature]>,
  ): void {
    this.change({ [feature]: { ...this.#state[feature], ...part } });
  }

  /** Calls a view, or a part that computes, with the state now and after each change. */
  show(follow: (state: State) => void): void {
    this.#followers.push(follow);
    follow(this.#state);
  }
}
