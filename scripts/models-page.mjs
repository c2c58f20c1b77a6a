// What the cards of the shipped models say, as a page.
import { table } from "./markdown.mjs";

/** Top-1 on CIFAR-100 of the network that this project set out to pass. */
const PAPER_TOP1 = 0.7572;

const percent = (share) => `${(share * 100).toFixed(2)} %`;
const megabytes = (bytes) => `${(bytes / 1e6).toFixed(2)} MB`;

/** The page's text; the default model comes first. */
export function modelsPage(cards, defaultName) {
  const sorted = [...cards].sort(
    (a, b) => (b.name === defaultName) - (a.name === defaultName) || a.name.localeCompare(b.name),
  );
  return `<!-- Written by \`npm run readme\` from the cards in web/models/. -->

# The shipped models

Each model has a card beside it, \`web/models/NAME.json\`, with its configuration, the commands that trained it, all figures
below and accuracy by class. Weights were trained on 45,000 of CIFAR-100's training images; settings, temperature and threshold were
chosen on the other 5,000, none of them by the 10,000 test images. Each model was trained once: of accuracies by so many images half a
point is within chance. For comparison, the 18 layers of Clevert et al. (2015, table 2) reach ${percent(PAPER_TOP1)} top-1.

The temperature is that at which the right classes are likeliest (Guo et al. 2017), with targets that fall short of 1 by one in the number
of images (Platt 1999); it need not lower the calibration error. Noise,
blur, brightness and contrast are CIFAR-100-C's at severities 3 and 5 (Hendrycks and Dietterich 2019), with other random numbers.

${sorted.map(section).join("\n\n")}
`;
}

function section(card) {
  const parts = [
    `## ${card.name}`,
    facts(card),
    card.test && accuracyOf(card.test),
    card.calibration && calibrationOf(card),
    card.test?.unknown && unknownOf(card.test.unknown),
    card.test?.corruptions?.length && corruptionsOf(card.test),
    card.weight_types?.length && weightTypesOf(card),
  ];
  return parts.filter(Boolean).join("\n\n");
}

function facts({ parameters, macs, size_bytes, weights, hardware, commands }) {
  const size = `${(parameters / 1e6).toFixed(2)} million parameters, ${Math.round(macs / 1e6)} million multiply-adds, ${megabytes(size_bytes)} as ${weights}`;
  const trained = commands.length ? `\n\nTrained by\n\n\`\`\`sh\n${commands.join("\n")}\n\`\`\`` : "";
  return `${size}.${hardware ? ` Trained on ${hardware}.` : ""}${trained}`;
}

const accuracyOf = ({ images, accuracy, greyscale, superclass_top1, with_mirrored }) =>
  table([
    [`${images} test images`, "top-1", "top-5"],
    ["in colour", percent(accuracy.top1), percent(accuracy.top5)],
    ["greyscale copies", percent(greyscale.top1), percent(greyscale.top5)],
    ...(superclass_top1 === null
      ? []
      : [["superclass of the likeliest class", percent(superclass_top1), ""]]),
    ...(with_mirrored
      ? [
          [
            "mean of image and mirror image, which nobody is shown",
            percent(with_mirrored.top1),
            percent(with_mirrored.top5),
          ],
        ]
      : []),
  ]);

const calibrationOf = ({ calibration, test }) =>
  `Expected calibration error over 15 bins: ${calibration.error_before.toFixed(4)} on the validation images as trained,
${calibration.error_after.toFixed(4)} at the fitted temperature of ${calibration.temperature.toFixed(3)}${
    test?.calibration_error === undefined
      ? ""
      : `; ${test.calibration_error.toFixed(4)} on the test images at that temperature`
  }.`;

const unknownOf = ({ classes, images, auroc, taken_for_known, kept }) =>
  `Told from ${images} images of CIFAR-10's ${classes.join(", ")}, which CIFAR-100 lacks, by the probability of the likeliest class: area
under the ROC curve ${auroc.toFixed(4)}${
    taken_for_known === null || taken_for_known === undefined
      ? ""
      : `; ${percent(taken_for_known)} of them reach the threshold`
  }${kept === undefined ? "" : `, and ${percent(kept)} of the test images, right and wrong`}.`;

const corruptionsOf = ({ accuracy, corruptions }) =>
  table([
    ["test images made worse", "top-1", "points lost"],
    ...corruptions.map(({ description, top1 }) => [
      description,
      percent(top1),
      ((accuracy.top1 - top1) * 100).toFixed(1),
    ]),
  ]);

const weightTypesOf = ({ weight_types }) =>
  table([
    ["weights stored as", "file", "validation top-1", "top-5"],
    ...weight_types.map(({ weights, size_bytes, validation }) => [
      weights,
      megabytes(size_bytes),
      percent(validation.top1),
      percent(validation.top5),
    ]),
  ]);
