import type { ErrorCode } from "../index.js";

/** What the element says. */
export interface WideEyeSaying {
  /** The quiet line above. */
  readonly lead: string;
  /** The words that count. */
  readonly text: string;
}

/** What the element says of a failure. */
export interface WideEyeProblem {
  /** What went wrong, in a few words. */
  readonly title: string;
  /** What to do about it. */
  readonly advice: string;
}

/** Every text of a `<wide-eye>`. */
export interface WideEyeWords {
  /** The button that opens the file chooser. */
  readonly choose: string;
  /** What an empty element asks for; the slot `prompt` replaces it. */
  readonly prompt: string;
  /** The button that looks at the picture again after a failure that may pass. */
  readonly retry: string;
  /** Said while there is no picture. */
  readonly ready: WideEyeSaying;
  /** Said while model and wasm are on their way. */
  readonly loading: WideEyeSaying;
  /** Said while the network computes. */
  readonly looking: WideEyeSaying;
  /** Said of a result: the likeliest class, its calibrated probability (0 to 1), and whether it is known. */
  readonly answer: (label: string, probability: number, known: boolean | null) => WideEyeSaying;
  /** The lead above a problem's title. */
  readonly failed: string;
  /** What is said of each error, by its code. */
  readonly problems: Readonly<Record<ErrorCode, WideEyeProblem>>;
  /** The alternative text of the picture, which has the name of its file, or none. */
  readonly picture: (name: string) => string;
  /** The name of the chart for screen readers. */
  readonly chart: string;
  /** The alternative text of a class's map. */
  readonly heatmap: (label: string) => string;
  /** How to see the maps. */
  readonly hint: string;
  /** A class or superclass of the model, as the visitor is to read it. */
  readonly label: (name: string) => string;
}

/** Texts that replace the English ones; those left out are English. */
export type WideEyeTranslation = Partial<Omit<WideEyeWords, "problems">> & {
  /** What is said of some errors, by their codes. */
  readonly problems?: Partial<WideEyeWords["problems"]>;
};

const english: WideEyeWords = {
  choose: "Choose a picture",
  prompt: "Drop, paste or choose a picture",
  retry: "Try again",
  ready: { lead: "Ready", text: "Show it a picture" },
  loading: { lead: "One moment", text: "Loading the network" },
  looking: { lead: "One moment", text: "Looking" },
  answer: (label, probability, known) =>
    known === false
      ? { lead: "Nothing it knows well", text: `Nearest: ${label}` }
      : { lead: certainty(probability), text: label },
  failed: "That did not work",
  problems: {
    cors: {
      title: "That site says no",
      advice:
        "Its server does not let other pages read this picture. Save the picture to your device, then drop it here or choose it.",
    },
    network: {
      title: "Nothing came back",
      advice: "Something could not be fetched. Check the address and your connection, and try again.",
    },
    "not-an-image": {
      title: "Not a picture",
      advice:
        "This could not be read as a picture. It may be damaged, empty or of another kind: JPEG, PNG, WebP, GIF and BMP work.",
    },
    "too-large": {
      title: "Too large",
      advice:
        "A picture may have up to 64 megabytes, 64 megapixels and 16,384 pixels a side. Make it smaller and try again.",
    },
    "bad-model": {
      title: "The network is damaged",
      advice: "Its file is incomplete or not one that can be read here.",
    },
    "unsupported-browser": {
      title: "Browser too old",
      advice:
        "The network needs WebAssembly with SIMD. Current versions of Chrome, Edge, Firefox and Safari have it.",
    },
    aborted: { title: "Stopped", advice: "Looking was stopped. Try again." },
    closed: {
      title: "The network is closed",
      advice: "This page has put the network away. Reload the page.",
    },
    crashed: {
      title: "The network stopped",
      advice: "It ran out of memory or failed. Try again, with a smaller picture if it happens twice.",
    },
    internal: {
      title: "Something broke",
      advice: "That should not happen. Try again, or reload the page.",
    },
  },
  picture: (name) => name || "The picture",
  chart: "Likeliest classes",
  heatmap: (label) => `Where it sees: ${label}`,
  hint: "Point at a bar to see where; click to keep it",
  label: (name) => name.replaceAll("_", " "),
};

/** Returns the whole table with these texts in place of the English ones. */
export function withEnglish(translation: WideEyeTranslation): WideEyeWords {
  return { ...english, ...translation, problems: { ...english.problems, ...translation.problems } };
}

function certainty(probability: number): string {
  if (probability >= 0.9) return "Almost certainly";
  if (probability >= 0.6) return "Probably";
  if (probability >= 0.3) return "Perhaps";
  return "At a guess";
}
