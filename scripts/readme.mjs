// Writes the README's tables, of models from their cards and of speed from the kept runs of bench/, that of
// docs/training.md from the latter, and the page of the models, docs/models.md.
//
//   npm run readme
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { pageSection, readReports, speedSection, trainingSection } from "../bench/table.mjs";
import { table } from "./markdown.mjs";
import { modelsPage } from "./models-page.mjs";
import { isMain, main, root, StepError } from "./steps.mjs";

const models = join(root, "web", "models");
const readme = join(root, "README.md");
const page = join(root, "docs", "models.md");
const training = join(root, "docs", "training.md");
const percent = (share) => `${(share * 100).toFixed(1)} %`;

/** The table: a row for each model with a measured accuracy, the best first, the default in bold. */
export function accuracyTable(cards, defaultName) {
  const measured = cards
    .filter((card) => card.test)
    .sort((a, b) => b.test.accuracy.top1 - a.test.accuracy.top1);
  const rows = measured.map(({ name, test, parameters, macs, size_bytes }) => [
    name === defaultName ? `**${name}** (default)` : name,
    percent(test.accuracy.top1),
    percent(test.accuracy.top5),
    percent(test.greyscale.top1),
    `${(parameters / 1e6).toFixed(1)} M`,
    `${Math.round(macs / 1e6)} M`,
    `${(size_bytes / 1e6).toFixed(1)} MB`,
  ]);
  const header = ["model", "top-1", "top-5", "grey", "parameters", "multiply-adds", "file"];
  return table([header, ...rows]);
}

export function readCards() {
  const { default: defaultName } = JSON.parse(readFileSync(join(models, "index.json"), "utf8"));
  const cards = readdirSync(models)
    .filter((file) => file.endsWith(".json") && file !== "index.json")
    .map((file) => JSON.parse(readFileSync(join(models, file), "utf8")));
  return { cards, defaultName };
}

/** A document's text with this content between the two marks of a section. */
function withSection(text, name, content) {
  const section = new RegExp(`(<!-- ${name}:[^\\n]* -->\\n)[\\s\\S]*?(<!-- /${name} -->)`);
  if (!section.test(text)) throw new StepError(`there is no ${name} section`, "restore its two marks");
  return text.replace(section, (_, start, end) => `${start}\n${content}\n\n${end}`);
}

/** The README's text with what its sections' sources say now. */
export function withAllSections(text) {
  const { cards, defaultName } = readCards();
  const withAccuracy = withSection(text, "accuracy", accuracyTable(cards, defaultName));
  const withSpeed = withSection(withAccuracy, "speed", speedSection(readReports("inference")));
  return withSection(withSpeed, "page", pageSection(readReports("page")));
}

/** The text of docs/training.md with what the kept runs say now. */
export const withTrainingRates = (text) =>
  withSection(text, "rates", trainingSection(readReports("training")));

if (isMain(import.meta.url)) {
  await main(() => {
    writeFileSync(readme, withAllSections(readFileSync(readme, "utf8")));
    const { cards, defaultName } = readCards();
    writeFileSync(page, modelsPage(cards, defaultName));
    writeFileSync(training, withTrainingRates(readFileSync(training, "utf8")));
  });
}
