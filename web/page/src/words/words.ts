import type { Classification } from "wideye";
import type { Certainty } from "../answer/certainty.js";
import type { Adjustable, Change } from "../changes/changes.js";
import type { Order } from "../classes/classes.js";
import type { Column } from "../many/many.js";
import type { SharingAction } from "../sharing/sharing.js";
import type { Tool } from "../state.js";

/** What went wrong, in a few words, and what to do about it. */
export interface Explanation {
  readonly title: string;
  readonly advice: string;
}

/** A quiet line above and the words that count. */
export interface Saying {
  readonly lead: string;
  readonly text: string;
}

/** Every text of the page in one language. What stands in index.html is named there by `data-text` and its kin. */
export interface Words {
  /** BCP 47 tag. */
  readonly language: string;
  /** The language's name in itself. */
  readonly name: string;
  readonly page: {
    readonly title: string;
    readonly description: string;
    readonly headline: string;
    readonly lede: string;
    readonly privacy: string;
    readonly language: string;
    readonly credits: string;
    readonly network: (name: string, classes: string, megabytes: string) => string;
  };
  readonly intake: {
    readonly section: string;
    readonly choose: string;
    readonly folder: string;
    readonly address: string;
    readonly addressExample: string;
    readonly look: string;
    readonly samples: string;
    /** What a sample picture shows; other texts, such as names of files, stay as they are. */
    readonly alt: (english: string) => string;
  };
  readonly picture: {
    readonly heading: string;
    readonly hint: string;
    /** On devices where nothing can be dropped. */
    readonly hintTouch: string;
    /** What a picture really shows, and whether the network is right, which is null before it answers. */
    readonly truth: (classes: string, right: boolean | null) => string;
  };
  readonly thumbnail: {
    readonly heading: string;
    readonly fit: string;
    readonly cover: string;
    readonly contain: string;
    readonly fill: string;
    readonly none: string;
    readonly seen: (width: number, height: number) => string;
  };
  readonly answer: {
    readonly heading: string;
    readonly loading: Saying;
    readonly ready: Saying;
    readonly looking: Saying;
    readonly failed: string;
    readonly retry: string;
    readonly chart: string;
    readonly progress: (loaded: string, total: string) => string;
    readonly certainty: Readonly<Record<Certainty, string>>;
    /** `one` is a thing of the superclass with its article, `labels` are its likeliest classes. */
    readonly group: (certainty: string, one: string, labels: readonly string[]) => Saying;
    readonly unknown: (classes: string, nearest: string) => Saying;
    readonly timings: (total: string, decode: string, resize: string, infer: string) => string;
  };
  readonly tools: {
    readonly heading: string;
    readonly names: Readonly<Record<Tool, string>>;
  };
  readonly camera: {
    readonly start: string;
    readonly starting: Saying;
    readonly view: string;
    readonly take: string;
    readonly turn: string;
    readonly stop: string;
    readonly rate: (framesPerSecond: number, text: string, milliseconds: string) => string;
  };
  readonly crop: {
    readonly name: string;
    readonly keys: string;
    readonly square: (side: number, x: number, y: number) => string;
  };
  readonly heatmap: {
    readonly hint: string;
    readonly legend: (label: string) => string;
    readonly least: string;
    readonly most: string;
    /** The map's alternative text; most of it lies in a ninth of the square, 0 to 8, row by row. */
    readonly seen: (label: string, ninth: number) => string;
    readonly unseen: (label: string) => string;
  };
  readonly changes: {
    readonly none: Explanation;
    /** How many of the changes leave the answer as it is. */
    readonly summary: (kept: number, all: number) => string;
    readonly greySame: (label: string) => string;
    readonly greyOther: (label: string, was: string) => string;
    /** How many of the test pictures the network gets right, and how many of them without colour. */
    readonly measured: (images: string, right: string, rightInGrey: string) => string;
    /** What is changed: so many pixels. */
    readonly about: (width: string, height: string) => string;
    readonly names: Readonly<Record<Change, string>>;
    readonly strengths: Readonly<Record<Adjustable, (strength: string) => string>>;
    /** The alternative text of the changed pixels. */
    readonly pixels: (change: string) => string;
    readonly same: (label: string) => string;
    readonly other: (label: string) => string;
    readonly chart: string;
  };
  readonly compare: {
    readonly rival: string;
    readonly none: string;
    readonly agree: (label: string) => string;
    readonly differ: (name: string, label: string, rival: string, rivalLabel: string) => string;
    readonly smaller: (rival: string, times: string) => string;
    readonly chart: (name: string) => string;
    readonly loading: (name: string) => string;
    readonly figures: string;
    readonly network: string;
    readonly top1: string;
    readonly top5: string;
    readonly size: string;
    readonly macs: string;
    readonly time: string;
    readonly megabytes: (size: string) => string;
    readonly millions: (count: string) => string;
    readonly milliseconds: (time: string) => string;
    readonly source: (images: string) => string;
  };
  readonly scene: {
    readonly hint: string;
    /** What the grid tells, and what it does not. */
    readonly about: string;
    readonly size: string;
    readonly share: (percent: string) => string;
    readonly progress: string;
    readonly grid: string;
    readonly list: string;
    readonly windows: (count: number, number: string) => string;
    readonly summary: (sure: string, all: string, percent: string) => string;
    readonly nothing: (percent: string) => string;
  };
  readonly many: {
    readonly folder: string;
    readonly files: string;
    readonly hint: string;
    readonly none: string;
    readonly progress: string;
    readonly done: (answered: string, all: string) => string;
    readonly speed: (perSecond: string) => string;
    readonly left: (time: string) => string;
    readonly skipped: (files: string) => string;
    readonly pause: string;
    readonly goOn: string;
    readonly stop: string;
    readonly clear: string;
    readonly filter: string;
    readonly csv: string;
    readonly json: string;
    readonly caption: string;
    readonly columns: Readonly<Record<Column, string>>;
    /** Whether a picture shows something that the network knows. */
    readonly yes: string;
    readonly no: string;
    /** How many a filter leaves. */
    readonly found: (found: string, all: string) => string;
    /** Where it leaves nothing. */
    readonly empty: string;
    readonly pages: string;
    readonly range: (first: string, last: string, all: string) => string;
    readonly previous: string;
    readonly next: string;
  };
  readonly classes: {
    readonly intro: string;
    readonly find: string;
    readonly order: string;
    readonly orders: Readonly<Record<Order, string>>;
    readonly found: (found: string, all: string) => string;
    /** How often the network is right about a class, in tenths, 0 to 10. */
    readonly right: (tenths: number) => string;
    /** How often the network is right about all classes. */
    readonly overall: (top1: string, top5: string) => string;
  };
  /** What each button of the row does, then says once it is done, and why it could not. */
  readonly sharing: Readonly<Record<SharingAction, { readonly name: string; readonly done: string }>> & {
    readonly failed: string;
    /** On the result picture, beside the pixels. */
    readonly pixels: (width: string, height: string) => string;
  };
  readonly offline: {
    /** What the button in the masthead says. */
    readonly requests: (count: number, text: string) => string;
    readonly heading: string;
    readonly none: string;
    readonly ownFiles: (count: number, text: string) => string;
    /** Where they are counted: by the browser, which does not see the workers, or by the service worker. */
    readonly countedByBrowser: string;
    readonly countedByWorker: string;
    readonly uncounted: string;
    readonly takeAway: (megabytes: string) => string;
    readonly update: string;
    readonly updateSection: string;
    readonly reload: string;
    readonly later: string;
  };
  /** Failures of a picture, by the package's codes; `address` is a text that is none, `unloaded` a missing network. */
  readonly problems: Readonly<Record<string, Explanation>> & {
    readonly internal: Explanation;
    readonly unloaded: Explanation;
  };
  /** A class or superclass of the data set as people write it. */
  readonly label: (name: string) => string;
  /** One thing of a superclass, with its article. */
  readonly one: (superclass: string) => string;
}

/** Returns a result whose labels are in the language of these words, for the chart. */
export function translated({ label }: Words, { predictions }: Pick<Classification, "predictions">) {
  return {
    predictions: predictions.map((prediction) => ({
      ...prediction,
      label: label(prediction.label),
      superclass: prediction.superclass && label(prediction.superclass),
    })),
  };
}
