// Every public name but createClassifier, which differs by how a build brings its parts.

export type { ChartElement, ChartOptions, ChartPrediction, ChartResult } from "./chart.js";
export { topFiveChart } from "./chart.js";
export type {
  Accuracy,
  ActivationMaps,
  Classification,
  ClassifyOptions,
  Crop,
  Fit,
  ModelInfo,
  Pixels,
  Prediction,
  SuperclassScore,
  Timings,
} from "./classification.js";
export type { Classifier } from "./client.js";
export type { ErrorCode } from "./errors.js";
export { ClassifierError } from "./errors.js";
export type { HeatmapOptions } from "./heatmap.js";
export { heatmap } from "./heatmap.js";
export type { ClassifierInput } from "./inputs.js";
export { fetchPicture } from "./inputs.js";
export type { InputSize, ModelDescription, Normalisation } from "./own-model.js";
export type { Progress } from "./protocol.js";
export type { CreateOptions } from "./sources.js";
export type { ClassifyAllOptions, Outcome } from "./stream.js";
