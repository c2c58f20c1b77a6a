// The page of the experiments: tables and verdicts, all from the results.
import { costOf } from "../cost.mjs";
import { table } from "../markdown.mjs";
import { deviation, difference, mean } from "./statistics.mjs";

/** The sweeps, as crates/wideye-train/experiments/ has them. */
export const SWEEPS = ["cifar-10", "networks", "widths", "unaugmented", "greyscale", "search"];

/** Seeds of every setting. */
const RUNS = 3;

const percent = (share) => `${(share * 100).toFixed(1)} %`;
const points = (share) => (share * 100).toFixed(1);

/** Mean and deviation of what `value` takes from the finished runs among `trials`. */
function cell(trials, value) {
  const values = valuesOf(trials, value);
  if (values.length === 0) return "";
  const text = percent(mean(values));
  return values.length > 1 ? `${text} ± ${points(deviation(values))}` : text;
}

const valuesOf = (trials, value) =>
  trials
    .filter(({ test }) => test)
    .map(value)
    .filter((number) => number !== undefined);
const finished = (trials) => {
  const count = trials.filter(({ test }) => test).length;
  return count === RUNS ? `${RUNS}` : `${count} of ${RUNS}`;
};

const top1 = ({ test }) => test.top1;
const top5 = ({ test }) => test.top5;
const grey = ({ test }) => test.greyscale;
const under =
  (name) =>
  ({ test }) =>
    test.under[name];

/** A sentence on whether `a` is above `b`, in percentage points. */
export function verdict(claim, a, b, value = top1) {
  const [left, right] = [valuesOf(a, value), valuesOf(b, value)];
  if (Math.min(left.length, right.length) < RUNS) return `- ${claim}: not enough runs are finished.`;
  const found = difference(left, right);
  if (!found) return `- ${claim}: **not to be told**, since no run differs from its repetitions.`;
  const { by, within, clear } = found;
  const size = `${by < 0 ? "−" : "+"}${points(Math.abs(by))} ± ${points(within)} points`;
  const said = clear
    ? by > 0
      ? "held up"
      : "did not hold up, the opposite did"
    : "not to be told from chance";
  return `- ${claim}: **${said}** (${size}).`;
}

/** What the runs multiplied in, as far as they keep it. */
export function arithmetic(trials) {
  const counts = new Map();
  for (const { precision } of trials.filter(({ validation }) => validation))
    counts.set(precision, (counts.get(precision) ?? 0) + 1);
  const early = counts.get(undefined);
  counts.delete(undefined);
  const known = [...counts].map(([precision, count]) => `${count} of the runs in \`${precision}\``);
  const unknown = early ? [`${early} do not tell`] : [];
  return `In bf16 a run multiplies in bfloat16 (\`bf16-native\`) or in
float32 (\`bf16-widened\`), whichever its machine does faster: ${[...known, ...unknown].join(", ") || "none yet"}.`;
}

function protocol(trials) {
  return `All runs but one set are equal in epochs and images: 10 epochs over the same fifth of the training images (9,000 of 45,000), batches of
64, one-cycle SGD with a learning rate of 0.1 and a weight decay of 0.0005, bf16, three seeds; what differs is named. So
accuracies are far below those of the shipped models, which train longer on all images. No network has settings of its own: differences
hold at this budget and these settings, and the last section shows how much settings do. The runs are of two kinds of CPU and some days of
the trainer's development. ${arithmetic(trials)}

Tables give means and standard deviations over seeds, on the 10,000 test images. Verdicts give the difference with its 95 % interval
by Welch's t-test. The interval covers the seed alone, not which images were trained and tested on, so that differences near a point are
not settled; and each verdict stands for itself: of twenty where nothing differs one is to be expected to say that something does.`;
}

/** The kangaroos of 100 that a network recognises or takes for an elephant, as a share. */
const kangaroos =
  (colours, what) =>
  ({ test }) =>
    test.kangaroos && test.kangaroos[colours][what] / 100;

/** The page's text. */
export function experimentsPage(results) {
  const of = (name) => results[name] ?? [];
  const having = (name, settings) =>
    of(name).filter((trial) =>
      Object.entries(settings).every(
        ([field, value]) => JSON.stringify(trial.settings[field]) === JSON.stringify(value),
      ),
    );
  const network = (name, activation = "elu") =>
    having("networks", { "model.name": name, "model.activation": activation });
  const sections = [
    ["What became of the story", story(network)],
    ["The Keras example on CIFAR-10", keras(having)],
    ["Narrow, deep, wide", networks(network)],
    ["ELU and ReLU", activations(network)],
    ["Filters", widths(network, having)],
    ["Augmentation", augmentation(network, having)],
    ["Colour, kangaroos and elephants", colour(network, having)],
    ["The shipped networks and the grey kangaroo", shipped(of("shipped"))],
    ["Learning rate, weight decay, batch size", search(of("search"), network("narrow"))],
  ];
  return `<!-- Written by \`npm run experiments\` from crates/wideye-train/experiments/results/. -->

# Experiments

wideye began as a story: a network of 32 and 64 filters took a grey kangaroo for an elephant, deeper ones got no further, and
128 and 256 filters put it right. This page tests the story and a few things near it.

${protocol(SWEEPS.flatMap(of))}

To run them again, in the repository's folder, a dozen hours of two cores and more:

\`\`\`sh
scripts/libtorch && cargo build --release -p wideye-train && export PATH="$PWD/target/release:$PATH"
wideye-train data --dataset cifar-100 --out data
wideye-train data --dataset cifar-10 --out data
for name in ${SWEEPS.join(" ")}; do wideye-train sweep crates/wideye-train/experiments/$name.toml --out DIR/$name; done
rm crates/wideye-train/experiments/results/*.json    # else it keeps the results of runs that DIR lacks
npm run experiments -- --runs DIR --cifar-100 data/cifar-100-binary
\`\`\`

${sections.map(([title, text]) => `## ${title}\n\n${text}`).join("\n\n")}
`;
}

function story(network) {
  const [narrow, deep, wide] = ["narrow", "deep", "wide"].map((name) => network(name));
  const taken = kangaroos("greyscale", "elephant");
  const countOf = (trials) => {
    const counts = valuesOf(trials, kangaroos("greyscale", "right"));
    return counts.length === 0 ? "—" : (mean(counts) * 100).toFixed(1);
  };
  return `Its claims, put to networks like the story's at this budget, which is not the story's: its deeper networks stopped at 0.55.

${verdict("The narrow network takes more grey kangaroos for elephants than the wide one", narrow, wide, taken)}
${verdict("Widening the narrow network helps", wide, narrow)}
${verdict("Deepening it helps less than widening it", wide, deep)}
${verdict("Deepening it does not help", narrow, deep)}

For the first claim the budget is too small: of the 100 grey kangaroos the narrow network recognises ${countOf(narrow)} and the wide one
${countOf(wide)} on average, and guessing would find one. See how training in grey changes that, and the shipped networks, below.`;
}

function keras(having) {
  const rows = [0.2, 1].map((share) => [share, having("cifar-10", { "dataset.share": share })]);
  return `32-32-pool-64-64-pool, the convolutions of Keras's CIFAR-10 example, with batch norm, ELU and global average pooling
in place of its dense layer; also with all 45,000 training images.

${table([
  ["training images", "runs", "top-1"],
  ...rows.map(([share, trials]) => [percent(share), finished(trials), cell(trials, top1)]),
])}`;
}

/** The filters of the stages, of two convolutions each. */
const STAGES = { narrow: [32, 64], deep: [32, 64, 64], wide: [128, 256] };

/** What one image costs a plain network with these stages, of which the first two end in a 2x2 maximum. */
export function multiplyAccumulates(stages, classes = 100) {
  const pairs = stages.map((filters) => [2, filters, 3]);
  const last = [...pairs.slice(2), [1, classes, 1]];
  return costOf([...pairs.slice(0, 2).map((pair) => [pair]), last]).macs;
}

const millions = (stages) => (multiplyAccumulates(stages) / 1e6).toFixed(0);
const convolutions = (stages) => stages.flatMap((filters) => [filters, filters]).join("-");

function networks(network) {
  return `${table([
    ["network", "filters", "million multiply-adds", "runs", "top-1", "top-5"],
    ...Object.entries(STAGES).map(([name, stages]) => {
      const trials = network(name);
      const size = [convolutions(stages), millions(stages)];
      return [name, ...size, finished(trials), cell(trials, top1), cell(trials, top5)];
    }),
  ])}

${verdict("Wide beats narrow", network("wide"), network("narrow"))}
${verdict("Wide beats deep", network("wide"), network("deep"))}
${verdict("Deep beats narrow", network("deep"), network("narrow"))}`;
}

function activations(network) {
  const names = Object.keys(STAGES);
  return `${table([
    ["network", "ELU", "ReLU", "runs"],
    ...names.map((name) => {
      const [elu, relu] = [network(name), network(name, "relu")];
      return [name, cell(elu, top1), cell(relu, top1), `${finished(elu)} and ${finished(relu)}`];
    }),
  ])}

${names.map((name) => verdict(`ELU beats ReLU in ${name}`, network(name), network(name, "relu"))).join("\n")}`;
}

function widths(network, having) {
  const wide = (widths) => having("widths", { "model.widths": widths });
  const rows = [
    [[32, 64], network("narrow")],
    [[64, 128], wide([64, 128])],
    [[96, 192], wide([96, 192])],
    [[128, 256], network("wide")],
    [[256, 512], wide([256, 512])],
  ];
  const steps = rows.slice(1).map(([stages, trials], index) => {
    const [before, narrower] = rows[index];
    return verdict(`${stages.join(", ")} beats ${before.join(", ")}`, trials, narrower);
  });
  return `The plain network of four convolutions, by the filters of its two pairs.

${table([
  ["filters", "million multiply-adds", "runs", "top-1", "top-5", "greyscale top-1"],
  ...rows.map(([stages, trials]) => [
    stages.join(", "),
    millions(stages),
    finished(trials),
    cell(trials, top1),
    cell(trials, top5),
    cell(trials, grey),
  ]),
])}

${steps.join("\n")}`;
}

function augmentation(network, having) {
  const changes = ["shift", "rotation", "scale"];
  const pairs = ["narrow", "wide"].map((name) => [
    name,
    network(name),
    having("unaugmented", { "model.name": name }),
  ]);
  const row = (name, trials) => [
    name,
    finished(trials),
    cell(trials, top1),
    ...changes.map((change) => cell(trials, under(change))),
  ];
  return `Trained on images that are shifted by up to 4 pixels and, each half of the time, mirrored, turned by up to 15° and scaled by up to 1.2,
or on the images as they are; tested on test images as they are, and shifted, turned or scaled as far.

${table([
  ["training", "runs", "top-1", "shifted", "turned", "scaled"],
  ...pairs.flatMap(([name, augmented, plain]) => [
    row(`${name}, augmented`, augmented),
    row(`${name}, as they are`, plain),
  ]),
])}

${pairs
  .flatMap(([name, augmented, plain]) => [
    verdict(`Augmentation helps ${name} on images as they are`, augmented, plain),
    ...changes.map((change, at) => {
      const word = ["shifted", "turned", "scaled"][at];
      return verdict(`Augmentation helps ${name} on ${word} images`, augmented, plain, under(change));
    }),
  ])
  .join("\n")}`;
}

function colour(network, having) {
  const pairs = ["narrow", "wide"].map((name) => [
    name,
    network(name),
    having("greyscale", { "model.name": name }),
  ]);
  const row = (name, trials) => [
    name,
    finished(trials),
    cell(trials, top1),
    cell(trials, grey),
    cell(trials, kangaroos("colour", "right")),
    cell(trials, kangaroos("greyscale", "right")),
    cell(trials, kangaroos("colour", "elephant")),
    cell(trials, kangaroos("greyscale", "elephant")),
  ];
  return `Trained on images in colour, or half of the time on their greyscale copies. The test set has 100 kangaroos; the last columns tell how
many are recognised, and how many are taken for elephants.

${table([
  [
    "training",
    "runs",
    "top-1",
    "greyscale top-1",
    "kangaroos recognised",
    "in greyscale",
    "taken for elephants",
    "in greyscale",
  ],
  ...pairs.flatMap(([name, coloured, half]) => [
    row(`${name}, in colour`, coloured),
    row(`${name}, half in greyscale`, half),
  ]),
])}

${pairs
  .flatMap(([name, coloured, half]) => [
    verdict(`Greyscale copies in training help ${name} in greyscale`, half, coloured, grey),
    verdict(`They help ${name} in colour, too`, half, coloured),
  ])
  .join("\n")}
${verdict("Wide recognises more kangaroos in greyscale than narrow", network("wide"), network("narrow"), kangaroos("greyscale", "right"))}`;
}

function shipped(models) {
  if (models.length === 0) return "They are not measured.";
  const of100 = ({ kangaroos }) =>
    ["right", "elephant"].flatMap((what) => [kangaroos.colour[what], kangaroos.greyscale[what]]);
  return `What visitors meet: trained for longer, each as its card says and some images as greyscale copies, so that they differ in more
than their filters. Of the 100 kangaroos among the test images:

${table([
  ["model", "top-1", "greyscale top-1", "recognised", "in greyscale", "taken for elephants", "in greyscale"],
  ...models.map((model) => [model.name, percent(model.top1), percent(model.greyscale), ...of100(model)]),
])}`;
}

function search(trials, common) {
  const fields = ["train.learning_rate", "train.weight_decay", "train.batch_size"];
  const groups = new Map();
  for (const trial of trials) {
    const key = fields.map((field) => trial.settings[field]).join(", ");
    groups.set(key, [...(groups.get(key) ?? []), trial]);
  }
  const validation = (group) => group.filter((t) => t.validation).map((t) => t.validation.top1);
  const rows = [...groups.values()]
    .filter((group) => validation(group).length > 0)
    .sort((a, b) => mean(validation(b)) - mean(validation(a)))
    .map((group) => {
      const values = validation(group);
      const spread = values.length > 1 ? ` ± ${points(deviation(values))}` : "";
      const settings = fields.map((field) => String(group[0].settings[field]));
      return [...settings, `${values.length} of ${RUNS}`, `${percent(mean(values))}${spread}`];
    });
  if (rows.length === 0) return "No run is finished.";
  const shared = validation(common);
  return `The narrow network, on the 5,000 validation images, since settings are chosen by them; the best first. With the settings of all
other runs (0.1, 0.0005, 64), which are none of these, it has ${shared.length ? percent(mean(shared)) : "—"} there.

${table([["learning rate", "weight decay", "batch size", "runs", "validation top-1"], ...rows])}`;
}
