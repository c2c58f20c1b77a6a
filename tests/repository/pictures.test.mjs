// Every picture that people may bring, through the built wasm: its size, or the code of its error.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";

const fixtures = new URL("../fixtures/", import.meta.url);
const expected = JSON.parse(await readFile(new URL("pictures/expected.json", fixtures), "utf8"));
const { createClassifier, ClassifierError } = await import(
  new URL("../../web/dist/index.js", import.meta.url)
);

let classifier;
before(async () => {
  classifier = await createClassifier({ model: new URL("models/tiny.onnx", fixtures) });
});
after(() => classifier.close());

const classify = async (file, options) =>
  classifier.classify(await readFile(new URL(file, fixtures)), options);

for (const [file, { width, height, error }] of Object.entries(expected)) {
  test(`${file}: ${error ?? `${width} x ${height}`}`, async () => {
    if (error) {
      const fails = (thrown) =>
        thrown instanceof ClassifierError && thrown.code === error && thrown.message !== "";
      await assert.rejects(classify(`pictures/${file}`), fails);
    } else {
      const result = await classify(`pictures/${file}`);
      assert.deepEqual({ width: result.width, height: result.height }, { width, height });
      assert.ok(result.predictions.length > 0);
    }
  });
}

test("the same drawing gives the same thumbnail, whatever its format", async () => {
  const thumbnailOf = async (file) =>
    (await classify(`pictures/${file}`, { thumbnail: true })).thumbnail.data;
  const reference = await thumbnailOf("drawing.png");
  // Where JPEG halves the resolution of colour, edges stray far; a turn or a swapped channel strays everywhere.
  const tolerance = { "drawing.jpg": 3, "rotated.jpg": 3, "cmyk.jpg": 3, "animated.gif": 0.1 };
  for (const file of ["drawing.bmp", "drawing.webp", "sixteen-bit.png", ...Object.keys(tolerance)]) {
    const thumbnail = await thumbnailOf(file);
    const difference = reference.reduce((sum, value, i) => sum + Math.abs(value - thumbnail[i]), 0);
    const mean = difference / reference.length;
    assert.ok(mean <= (tolerance[file] ?? 0), `${file} differs by ${mean} on average`);
  }
});

test("a bad picture leaves the classifier usable", async () => {
  const before = await classify("pictures/drawing.png");
  await assert.rejects(classify("pictures/text.png"));
  const after = await classify("pictures/drawing.png");
  assert.deepEqual(after.predictions, before.predictions);
});
