import { ClassifierError } from "wideye";

import type { Problem } from "./state.js";

/** A failure that is the page's own, by the code of its words. */
export class Failure extends Error {
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** What went wrong, for the page to explain. */
export function problemOf(error: unknown): Problem {
  if (error instanceof ClassifierError || error instanceof Failure) {
    return { code: error.code, message: error.message };
  }
  return { code: "internal", message: error instanceof Error ? error.message : String(error) };
}
