import type { Problem } from "../state.js";
import type { Explanation, Words } from "./words.js";

/** Explains a problem; while `loading` what did not come back is a network, not a picture. */
export function explained(
  { code }: Pick<Problem, "code">,
  { problems }: Pick<Words, "problems">,
  { loading = false } = {},
): Explanation {
  if (loading && code === "network") return problems.unloaded;
  return problems[code] ?? problems.internal;
}
