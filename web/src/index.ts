/**
 * Classifies pictures in the browser with a wide ELU convolutional network.
 *
 * ```ts
 * import { createClassifier } from "wideye";
 *
 * const classifier = await createClassifier();
 * const { predictions } = await classifier.classify(file);
 * console.log(predictions[0]?.label, predictions[0]?.probability);
 * classifier.close();
 * ```
 *
 * @packageDocumentation
 */

export * from "./api.js";
export { createClassifier } from "./create.js";
