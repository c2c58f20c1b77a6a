import type { Classification, Fit, ModelInfo } from "wideye";

/** A picture somebody asked about. */
export interface Picture {
  readonly source: Blob | URL;
  readonly name: string;
  readonly alt: string;
}

/** A picture the browser can show, with its size in pixels after EXIF orientation. */
export interface Preview {
  readonly url: string;
  readonly alt: string;
  readonly width: number;
  readonly height: number;
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
  | { readonly phase: "seen"; readonly result: Classification }
  | { readonly phase: "failed"; readonly problem: Problem };

/** Everything the page shows follows from this. */
export interface State {
  readonly network: Network;
  readonly fit: Fit;
  readonly picture: Picture | null;
  readonly preview: Preview | null;
  readonly look: Look;
}

export const initialState: State = {
  network: { phase: "loading", loaded: 0, total: null },
  fit: "cover",
  picture: null,
  preview: null,
  look: { phase: "none" },
};

/** The one place where the state changes; every view is called with each new state. */
export class Store {
  #state = initialState;
  readonly #views: ((state: State) => void)[] = [];

  get state(): State {
    return this.#state;
  }

  change(part: Partial<State>): void {
    this.#state = { ...this.#state, ...part };
    for (const view of this.#views) view(this.#state);
  }

  show(view: (state: State) => void): void {
    this.#views.push(view);
    view(this.#state);
  }
}
