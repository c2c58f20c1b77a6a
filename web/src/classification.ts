/** How a picture that is not square becomes the square that the network sees. */
export type Fit = "cover" | "contain" | "fill";

/** A rectangle of a picture, in pixels from the upper left corner of the upright picture. */
export interface Crop {
  /** Left edge. */
  readonly x: number;
  /** Upper edge. */
  readonly y: number;
  /** Width. */
  readonly width: number;
  /** Height. */
  readonly height: number;
}

/** What {@link Classifier.classify} computes. */
export interface ClassifyOptions {
  /** How many of the likeliest classes to return, 5 by default; null returns all. */
  readonly topK?: number | null;
  /**
   * Least calibrated probability of a class to return, 0 to 1; 0 where absent. What is left may be fewer than
   * {@link ClassifyOptions.topK}, or none.
   */
  readonly threshold?: number;
  /**
   * Labels of {@link ModelInfo.labels}; no other class is returned. {@link ClassifyOptions.topK} counts
   * what is left.
   *
   * Probabilities stay those among all classes of the model, so that they no longer add up to 1; superclasses,
   * {@link Classification.known} and activation maps stay as they are. Rejects with the code `internal` for what is no
   * label.
   */
  readonly allow?: readonly string[];
  /** Labels of {@link ModelInfo.labels} that are not returned; otherwise as {@link ClassifyOptions.allow}. */
  readonly deny?: readonly string[];
  /**
   * `cover` (default) cuts the centre out, `contain` pads with white, `fill` distorts.
   */
  readonly fit?: Fit;
  /**
   * The part of the picture to classify, all of it where absent; {@link ClassifyOptions.fit} is applied to that part, and
   * nothing around it is seen.
   *
   * Fractions are rounded to whole pixels. Rejects with the code `internal` unless at least one pixel is left and
   * all of it is inside the picture. {@link Classification.width} and `height` stay those of the whole picture.
   */
  readonly crop?: Crop;
  /**
   * Whether to return the class activation maps. Rejects with the code `internal` where the model has none, as
   * {@link ModelInfo.activationMaps} says.
   */
  readonly activationMaps?: boolean;
  /** Whether to return the small picture that the network saw. */
  readonly thumbnail?: boolean;
  /** Rejects with the code `aborted` when it is aborted. */
  readonly signal?: AbortSignal;
}

/** A class and how probable the network finds it. */
export interface Prediction {
  /** Position of the class in {@link ModelInfo.labels}. */
  readonly index: number;
  /** The class as the data set spells it. */
  readonly label: string;
  /** The group the class belongs to, or null where the model has none. */
  readonly superclass: string | null;
  /** Calibrated probability, 0 to 1. */
  readonly probability: number;
}

/** A group of classes; its probability is the sum over its classes. */
export interface SuperclassScore {
  /** Position of the group in {@link ModelInfo.superclasses}. */
  readonly index: number;
  /** The group as the data set spells it. */
  readonly label: string;
  /** Sum of the calibrated probabilities of its classes, 0 to 1. */
  readonly probability: number;
}

/** Where the time went, in milliseconds. */
export interface Timings {
  /** From encoded bytes to pixels. */
  readonly decodeMs: number;
  /** From pixels to the network's input size. */
  readonly resizeMs: number;
  /** The network itself. */
  readonly inferMs: number;
}

/** Pixels as `ImageData` holds them: RGBA, row by row, 0 to 255. */
export interface Pixels {
  /** In pixels. */
  readonly width: number;
  /** In pixels. */
  readonly height: number;
  /** `[height, width, 4]`, not premultiplied. */
  readonly data: Uint8ClampedArray<ArrayBuffer>;
}

/**
 * How much each place of the picture speaks for each class.
 *
 * `values` is `[classes, height, width]`; a class's mean plus its bias is its logit.
 */
export interface ActivationMaps {
  /** Places in a row of one class's map. */
  readonly width: number;
  /** Rows of one class's map. */
  readonly height: number;
  /** `[classes, height, width]`, in logits. */
  readonly values: Float32Array<ArrayBuffer>;
}

/** What the network says about one picture. */
export interface Classification {
  /** Likeliest first. */
  readonly predictions: readonly Prediction[];
  /** Likeliest first; empty where the model has no superclasses. */
  readonly superclasses: readonly SuperclassScore[];
  /** Whether the picture looks like one of the classes at all; null where the model cannot tell. */
  readonly known: boolean | null;
  /** Width of the picture, upright, in pixels. */
  readonly width: number;
  /** Height of the picture, upright, in pixels. */
  readonly height: number;
  /** Where the time went. */
  readonly timings: Timings;
  /** Present when {@link ClassifyOptions.activationMaps} asks for it. */
  readonly activationMaps?: ActivationMaps;
  /** Present when {@link ClassifyOptions.thumbnail} asks for it. */
  readonly thumbnail?: Pixels;
}

/** How often a model is right, as shares from 0 to 1. */
export interface Accuracy {
  /** Images whose class is the likeliest one. */
  readonly top1: number;
  /** Images whose class is among the five likeliest. */
  readonly top5: number;
}

/** The loaded model. */
export interface ModelInfo {
  /** The file's name without its extension; `model` where it has none. */
  readonly name: string;
  /** Size of the ONNX file. */
  readonly sizeBytes: number;
  /** SHA-256 of the file in lower-case hexadecimal; null on pages without HTTPS, whose browser computes none. */
  readonly sha256: string | null;
  /** Number of classes. */
  readonly classes: number;
  /** The classes, in the order of {@link Prediction.index}. */
  readonly labels: readonly string[];
  /** The groups of classes, in the order of {@link SuperclassScore.index}; empty where there are none. */
  readonly superclasses: readonly string[];
  /** The position in {@link ModelInfo.superclasses} of each label's group; empty where there are none. */
  readonly superclassOf: readonly number[];
  /** Width of the network's input in pixels. */
  readonly inputWidth: number;
  /** Height of the network's input in pixels. */
  readonly inputHeight: number;
  /** Whether the model gives activation maps. */
  readonly activationMaps: boolean;
  /** What the logits are divided by, so that probabilities are calibrated. */
  readonly temperature: number;
  /** Least probability of the likeliest class that counts as known, or null. */
  readonly knownThreshold: number | null;
  /** The instructions of the WebAssembly that runs the model; `relaxed` is the faster. */
  readonly simd: "simd128" | "relaxed";
  /** Accuracy on the validation images after the training, or null where the file does not say. */
  readonly accuracy: Accuracy | null;
  /** When the model was trained, as the file says it, or null where it does not. */
  readonly date: string | null;
  /** Where the model comes from: command, commit, seed, metrics; null where the file does not say. */
  readonly provenance: unknown;
}
