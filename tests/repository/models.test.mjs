// The shipped models are good and small enough to ship, and their cards tell all that they have to.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { costOf } from "../../scripts/cost.mjs";
import { comparison, PAPER } from "../../scripts/models-page.mjs";
import { readCards } from "../../scripts/readme.mjs";

const { cards, defaultName } = readCards();
const cardOf = (name) => cards.find((card) => card.name === name);

/** What the classes are of CIFAR-10 that CIFAR-100 lacks. */
const UNKNOWN = ["airplane", "bird", "cat", "deer", "dog", "frog", "horse", "ship"];
/** At most so many multiply-adds and bytes, at least such accuracies on the test images. */
const LIMITS = {
  // At least the 75.72 % of Clevert et al. (2015), table 2.
  res9: { macs: 400e6, bytes: 7e6, top1: PAPER.top1, top5: 0.93, greyscaleDrop: 0.08, auroc: 0.75 },
  wide: { macs: 400e6, bytes: 7e6, top1: 0.6, top5: 0.8, auroc: 0.75 },
  // It falls short of the others' 0.75 at telling unknown images.
  narrow: { macs: 400e6, bytes: 0.2e6, top1: 0.48, top5: 0.75, auroc: 0.7 },
};
const CALIBRATION_ERROR = 0.03;
const WEIGHT_TYPES = ["float32", "float16", "int8"];
/** What int8 may cost in top-1 on the validation images. */
const INT8_LOSS = 0.003;
/** The names of the trainer's corruptions, all of which `evaluate --under all` measures. */
const CORRUPTIONS = corruptionNames(
  readFileSync(new URL("../../crates/wideye-train/src/corruption.rs", import.meta.url), "utf8"),
);

function corruptionNames(source) {
  const [, count, list] = source.match(/const ALL: \[Self; (\d+)\] = \[([\s\S]*?)\n {4}\];/);
  const names = [...list.matchAll(/corruption\("([\w-]+)"/g)].map(([, name]) => name);
  assert.equal(names.length, Number(count));
  return names;
}

/** The convolutions of a `res9` with these widths and the layer of 100 classes, as costOf takes them. */
const residualStacks = ([first, second, third, fourth]) => [
  [
    [1, first, 3],
    [1, second, 3],
  ],
  [
    [2, second, 3],
    [1, third, 3],
  ],
  [[1, fourth, 3]],
  [
    [2, fourth, 3],
    [1, 100, 1],
  ],
];

const isShare = (value) => typeof value === "number" && value > 0 && value < 1;

/** Throws where a card lacks what docs/models.md would then leave out, or what it takes to train the model again. */
function assertComplete(card) {
  const { calibration, commands, hardware, provenance, revision, test: measured, validation } = card;
  assert.deepEqual(
    measured.corruptions.map(({ name }) => name),
    CORRUPTIONS,
  );
  for (const { name, description, top1 } of measured.corruptions) {
    assert.ok(description && isShare(top1), name);
  }
  for (const { top1, top5 } of [measured.accuracy, measured.greyscale, measured.with_mirrored]) {
    assert.ok(isShare(top1) && isShare(top5) && top1 < top5);
  }
  assert.ok(isShare(measured.unknown.taken_for_known) && isShare(measured.unknown.kept));

  assert.deepEqual(
    card.weight_types.map(({ weights }) => weights),
    WEIGHT_TYPES,
  );
  const [float32, , int8] = card.weight_types.map(({ validation }) => validation.top1);
  assert.ok(float32 - int8 <= INT8_LOSS, `int8 costs ${((float32 - int8) * 100).toFixed(2)} points`);
  // The file that ships is the one of int8.
  assert.equal(card.weights, "int8");
  assert.equal(int8, validation.accuracy.top1);

  assert.equal(calibration.images, 5000);
  assert.ok(calibration.temperature > 0);
  assert.ok(isShare(calibration.known_threshold) && isShare(calibration.kept));
  assert.ok(isShare(calibration.error_before) && isShare(calibration.error_after));

  assert.ok(Number.isInteger(provenance.config.seed));
  assert.equal(provenance.config.dataset.kind, "cifar-100");
  for (const part of ["model", "train", "augment", "mix"]) assert.ok(provenance.config[part], part);
  assert.match(provenance.date, /^\d{4}-\d\d-\d\d$/);
  assert.ok(hardware);
  assert.match(revision, /^[0-9a-f]{7,40}$/);
  assert.ok(commands.length > 0);
  for (const command of commands) assert.match(command, /^wideye-train train /);
}

test("each shipped model has limits", () => {
  assert.deepEqual(cards.map(({ name }) => name).sort(), Object.keys(LIMITS).sort());
  assert.ok(defaultName in LIMITS);
});

for (const card of cards) {
  const { name, macs, size_bytes: bytes, provenance, test: measured } = card;
  test(`${name} is within its limits`, () => {
    const { accuracy, greyscale, calibration_error: calibrationError, unknown, images } = measured;
    const limits = LIMITS[name];
    assert.equal(provenance.config.model.activation, "elu");
    assert.ok(macs <= limits.macs, `${macs} multiply-adds`);
    assert.ok(bytes <= limits.bytes, `${bytes} bytes`);
    assert.equal(images, 10_000);
    assert.ok(accuracy.top1 >= limits.top1, `top-1 ${accuracy.top1}`);
    assert.ok(accuracy.top5 >= limits.top5, `top-5 ${accuracy.top5}`);
    assert.ok(accuracy.top1 - greyscale.top1 <= (limits.greyscaleDrop ?? 1), `greyscale ${greyscale.top1}`);
    assert.ok(calibrationError <= CALIBRATION_ERROR, `calibration error ${calibrationError}`);
    assert.deepEqual(unknown.classes, UNKNOWN);
    assert.ok(unknown.auroc >= limits.auroc, `AUROC ${unknown.auroc}`);
  });

  test(`${name}'s card is complete`, () => assertComplete(card));
}

test("a card that lacks a part is found", () => {
  for (const path of [
    "test.corruptions.5",
    "test.corruptions",
    "test.with_mirrored",
    "test.unknown",
    "weight_types.1",
    "weight_types",
    "calibration",
    "calibration.known_threshold",
    "provenance",
    "provenance.config",
    "provenance.config.seed",
    "hardware",
    "revision",
    "commands",
    "commands.0",
  ]) {
    const card = structuredClone(cardOf("narrow"));
    const names = path.split(".");
    const last = names.pop();
    const parent = names.reduce((part, name) => part[name], card);
    if (Array.isArray(parent)) parent.splice(last, 1);
    else delete parent[last];
    assert.throws(() => assertComplete(card), path);
  }
});

test("int8 that costs more than its limit is found", () => {
  const card = structuredClone(cardOf("narrow"));
  card.weight_types[0].validation.top1 = card.validation.accuracy.top1 + 0.0032;
  assert.throws(() => assertComplete(card), /int8 costs 0.32 points/);
});

test("what a network costs, by hand and as the cards have it", () => {
  // 9*3*4 weights at 32 by 32 pixels, 2*2*4*5 and 1*5*6 at 16 by 16, and 4, 5 and 6 biases.
  assert.deepEqual(
    costOf([
      [[1, 4, 3]],
      [
        [1, 5, 2],
        [1, 6, 1],
      ],
    ]),
    { parameters: 108 + 80 + 30 + 15, macs: 108 * 1024 + 110 * 256 },
  );
  // 3*7 + 2*7*7 weights, 3*7 biases.
  assert.deepEqual(costOf([[[3, 7, 1]]]), { parameters: 119 + 21, macs: 119 * 1024 });
  // A batch norm has a scale beside the bias for each filter of the convolutions before it.
  const networks = {
    narrow: { stacks: [...[32, 64].map((width) => [[2, width, 3]]), [[1, 100, 1]]], scales: 2 * (32 + 64) },
    wide: { stacks: [...[128, 256].map((width) => [[2, width, 3]]), [[1, 100, 1]]], scales: 2 * (128 + 256) },
    res9: { stacks: residualStacks([64, 128, 256, 512]), scales: 64 + 3 * 128 + 256 + 3 * 512 },
  };
  for (const [name, { stacks, scales }] of Object.entries(networks)) {
    const cost = costOf(stacks);
    const { parameters, macs } = cardOf(name);
    assert.deepEqual({ ...cost, parameters: cost.parameters + scales }, { parameters, macs }, name);
  }
});

test("the multiply-accumulates that the configurations and docs/training.md tell are theirs", () => {
  const read = (path) => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");
  const configuration = (name) => read(`crates/wideye-train/configs/${name}.toml`);
  const widths = configuration("teacher").match(/^widths = (\[.*\])$/m)[1];
  const teacher = `${(costOf(residualStacks(JSON.parse(widths))).macs / 1e9).toFixed(1)} billion multiply-accumulates`;
  for (const text of [configuration("teacher"), read("docs/training.md")]) assert.ok(text.includes(teacher));
  const { macs } = cardOf("res9");
  assert.ok(configuration("res9").includes(`${Math.round(macs / 1e6)} million multiply-accumulates`));
});

test("the default is a fraction of the paper's network", () => {
  const { parameters, macs } = costOf(PAPER.stacks);
  // Millions of weights times pixels: 0.01*1024 + 3.36*256 + 7.09*64 + 6.55*16 + 15.09*4 + 5.77 + 1.33 + 0.12.
  assert.equal(Math.round(macs / 1e6), 1497);
  assert.equal((parameters / 1e6).toFixed(2), "39.33");
  // 18 convolutions and the layer of the classes.
  assert.equal(
    PAPER.stacks.flat().reduce((sum, [layers]) => sum + layers, 0),
    18 + 1,
  );
  const { res9 } = LIMITS;
  assert.ok(res9.macs < macs / 3 && cardOf(defaultName).macs <= res9.macs);
  assert.ok(cardOf(defaultName).parameters < parameters / 5);
});

test("what differs by less than chance is a tie", () => {
  // sqrt(0.7572 * 0.2428 / 10,000) = 0.43 points, and 1.96 * sqrt(2) of those 1.19.
  const beside = (top1) => {
    const card = structuredClone(cardOf("res9"));
    card.test.accuracy.top1 = top1;
    return comparison(card).replace(/\s+/g, " ");
  };
  assert.match(beside(0.7578), /`res9` is 0\.06 points above that, which is a tie: .* is 0\.43 points\./);
  assert.match(beside(0.7454), /1\.18 points below that, which is a tie:/);
  assert.match(beside(0.7692), /1\.20 points above that: over 10000 images/);
});
