// What the cards of the shipped models say, as a page.
import { costOf } from "./cost.mjs";
import { table } from "./markdown.mjs";

/**
 * The network that this project set out to pass, and its top-1 on CIFAR-100.
 *
 * Source: Clevert, Unterthiner and Hochreiter, Fast and Accurate Deep Network Learning by Exponential Linear Units (2015),
 * table 2; the stacks from SMAUG's model cifar100-large-elu, whose convolutions keep the size, and from READMEs of imitations.
 */
export const PAPER = {
  top1: 0.7572,
  stacks: [
    [[1, 384, 3]],
    [
      [1, 384, 1],
      [1, 384, 2],
      [2, 640, 2],
    ],
    [
      [1, 640, 1],
      [3, 768, 2],
    ],
    [
      [1, 768, 1],
      [2, 896, 2],
    ],
    [
      [1, 896, 3],
      [2, 1024, 2],
    ],
    [
      [1, 1024, 1],
      [1, 1152, 2],
    ],
    [[1, 1152, 1]],
    [[1, 100, 1]],
  ],
};

const percent = (share) => `${(share * 100).toFixed(2)} %`;
const millions = (count) => (count / 1e6).toFixed(2);
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
point is within chance.
${sorted[0].test ? `\n${comparison(sorted[0])}\n` : ""}
The temperature is that at which the right classes are likeliest (Guo et al. 2017), with targets that fall short of 1 by one in the number
of images (Platt 1999); it need not lower the calibration error. Noise,
blur, brightness and contrast are CIFAR-100-C's at severities 3 and 5 (Hendrycks and Dietterich 2019), with other random numbers.

${sorted.map(section).join("\n\n")}
`;
}

/** The paper's network beside a card. */
export function comparison({ name, parameters, macs, test }) {
  const by = (test.accuracy.top1 - PAPER.top1) * 100;
  const deviation = 100 * Math.sqrt((PAPER.top1 * (1 - PAPER.top1)) / test.images);
  // 95 % of the differences of two that are equal.
  const isTie = Math.abs(by) < 1.96 * Math.SQRT2 * deviation;
  const cost = costOf(PAPER.stacks);
  const share = (part, whole) => `${((part / whole) * 100).toFixed(0)} %`;
  const stacks = PAPER.stacks.map((stack) => `[${stack.map((layer) => layer.join("×")).join(", ")}]`);
  return `For comparison, the 18 layers of Clevert et al. (2015, arXiv 1511.07289, table 2) reach ${percent(PAPER.top1)} top-1. \`${name}\` is ${Math.abs(by).toFixed(2)} points
${by < 0 ? "below" : "above"} that${isTie ? ", which is a tie" : ""}: over ${test.images} images the standard error of either is ${deviation.toFixed(2)} points. Those layers and that of the
classes, as the model \`cifar100-large-elu\` of Harvard's SMAUG has them, in stacks of [layers × filters × side of the kernel] with a 2x2
maximum after each,

    ${stacks.join(" ")}

come to ${millions(cost.parameters)} million parameters and, if convolutions keep the size of their maps as those of \`${name}\` do, to ${(cost.macs / 1e9).toFixed(2)} billion multiply-adds;
with less padding these would be fewer. \`${name}\` has ${share(parameters, cost.parameters)} of the parameters and needs ${share(macs, cost.macs)} of the multiply-adds.`;
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
  const size = `${millions(parameters)} million parameters, ${Math.round(macs / 1e6)} million multiply-adds, ${megabytes(size_bytes)} as ${weights}`;
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
