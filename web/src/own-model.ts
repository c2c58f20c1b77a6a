/** Size of a network's input, in pixels. */
export interface InputSize {
  /** Width. */
  readonly width: number;
  /** Height. */
  readonly height: number;
}

/**
 * Makes `(value - mean) / std` of each value of red, green and blue, which are 0 to 1.
 *
 * A network that wants -1 to 1 has 0.5 for all six, one that wants 0 to 255 has means of 0 and deviations of 1/255.
 */
export interface Normalisation {
  /** Means of red, green and blue over the training images, on a scale of 0 to 1. */
  readonly mean: readonly [red: number, green: number, blue: number];
  /** Their standard deviations, above 0. */
  readonly std: readonly [red: number, green: number, blue: number];
}

/** What a model's file does not say of itself. */
export interface ModelDescription {
  /**
   * Class names in the order of the model's outputs, instead of the file's.
   *
   * With them any ONNX image classifier will do that has one input of float32 `[N, 3, height, width]` or
   * `[N, height, width, 3]`, where N is 1 or open, and one output of scores `[N, classes]`, or one that is named
   * `logits`. A softmax at its end is left out. It has superclasses and activation maps only as wideye's own models have
   * them, and no threshold below which a picture counts as unknown.
   *
   * ```ts
   * const classifier = await createClassifier({
   *   model: "mobilenet.onnx",
   *   labels: await (await fetch("imagenet-labels.json")).json(),
   *   inputSize: { width: 224, height: 224 },
   *   normalisation: { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] },
   * });
   * ```
   */
  readonly labels?: readonly string[] | undefined;
  /** Width and height of the network's input in pixels, where the file leaves them open. */
  readonly inputSize?: InputSize | undefined;
  /** How the network was given its pixels in the training; where absent, as values of 0 to 1. */
  readonly normalisation?: Normalisation | undefined;
}
