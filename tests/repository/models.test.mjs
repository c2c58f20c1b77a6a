// The shipped models are good and small enough to ship.
import assert from "node:assert/strict";
import { test } from "node:test";

import { readCards } from "../../scripts/readme.mjs";

const { cards, defaultName } = readCards();

/** What the classes are of CIFAR-10 that CIFAR-100 lacks. */
const UNKNOWN = ["airplane", "bird", "cat", "deer", "dog", "frog", "horse", "ship"];
/** At most so many multiply-adds and bytes, at least such accuracies on the test images. */
const LIMITS = {
  // Above the 75.72 % of Clevert et al. (2015), table 2, at a fraction of the cost of its 18 layers.
  res9: { macs: 400e6, bytes: 7e6, top1: 0.7572, top5: 0.93, greyscaleDrop: 0.08, auroc: 0.75 },
  wide: { macs: 400e6, bytes: 7e6, top1: 0.6, top5: 0.8, auroc: 0.75 },
  // It falls short of the others' 0.75 at telling unknown images.
  narrow: { macs: 400e6, bytes: 0.2e6, top1: 0.48, top5: 0.75, auroc: 0.7 },
};
const CALIBRATION_ERROR = 0.03;

test("each shipped model has limits", () => {
  assert.deepEqual(cards.map(({ name }) => name).sort(), Object.keys(LIMITS).sort());
  assert.ok(defaultName in LIMITS);
});

for (const { name, macs, size_bytes: bytes, provenance, test: measured } of cards) {
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
}
