import type { Problem } from "./state.js";

/** How sure an answer is, in the words the page uses. */
export function certainty(probability: number): string {
  if (probability >= 0.9) return "Almost certainly";
  if (probability >= 0.6) return "Probably";
  if (probability >= 0.3) return "Perhaps";
  return "At a guess";
}

/** What went wrong, in a few words, and what to do about it. */
export interface Explanation {
  readonly title: string;
  readonly advice: string;
}

const EXPLANATIONS: Record<string, Explanation> = {
  cors: {
    title: "That site says no",
    advice:
      "Its server does not let other pages read this picture (it sends no CORS permission). " +
      "Save the picture to your device, then drop it here or choose it.",
  },
  network: {
    title: "Nothing came back",
    advice:
      "No picture arrived from this address. Check the address and your connection, " +
      "or save the picture to your device and drop it here.",
  },
  address: {
    title: "Not an address",
    advice: "Type the whole address of a picture, such as https://example.org/otter.jpg.",
  },
  "not-an-image": {
    title: "Not a picture",
    advice:
      "This could not be read as a picture. It may be damaged, empty or of another kind: " +
      "JPEG, PNG, WebP, GIF and BMP work.",
  },
  "too-large": {
    title: "Too large",
    advice:
      "A picture may have up to 64 megabytes, 64 megapixels and 16,384 pixels a side. Make it smaller and try again.",
  },
  "bad-model": {
    title: "The network is damaged",
    advice:
      "Its file is incomplete or not one this page can read. Try again; if it stays, the copy on the server is damaged.",
  },
  "unsupported-browser": {
    title: "Browser too old",
    advice:
      "The network needs WebAssembly with SIMD. Current versions of Chrome, Edge, Firefox and Safari have it.",
  },
  crashed: {
    title: "The network stopped",
    advice: "It ran out of memory or failed. Try again, with a smaller picture if it happens twice.",
  },
};

const UNEXPECTED: Explanation = {
  title: "Something broke",
  advice: "That should not happen. Try again, or reload the page.",
};

const NETWORK_NOT_LOADED: Explanation = {
  title: "The network is missing",
  advice: "Its files could not be fetched. Check your connection and try again.",
};

/** Explains a failed picture. */
export function explain(problem: Problem): Explanation {
  return EXPLANATIONS[problem.code] ?? UNEXPECTED;
}

/** Explains a network that could not be loaded. */
export function explainLoading(problem: Problem): Explanation {
  return problem.code === "network" ? NETWORK_NOT_LOADED : explain(problem);
}

/** A class name as people write it. */
export function spaced(name: string): string {
  return name.replaceAll("_", " ");
}

const tenths = new Intl.NumberFormat("en", { minimumFractionDigits: 1, maximumFractionDigits: 1 });

/** A duration in milliseconds, with one decimal below ten. */
export function milliseconds(ms: number): string {
  return ms < 10 ? tenths.format(ms) : Math.round(ms).toString();
}

/** A number of bytes in megabytes of a million. */
export function megabytes(bytes: number): string {
  return tenths.format(bytes / 1e6);
}
