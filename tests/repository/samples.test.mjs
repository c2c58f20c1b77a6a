import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";

const folder = new URL("../../web/page/samples/", import.meta.url);
const text = (name) => readFileSync(new URL(name, folder), "utf8");
const samples = JSON.parse(text("index.json"));
const pictures = readdirSync(folder).filter((name) => /\.(jpe?g|png|webp)$/.test(name));

test("every sample picture has its provenance, and every entry its picture", () => {
  assert.deepEqual(samples.map(({ file }) => file).sort(), pictures.sort());
  const readme = text("README.md");
  for (const { file, title, alt, author, licence, source } of samples) {
    for (const field of [title, alt, author, licence]) assert.ok(field, file);
    assert.match(source, /^https:\/\//, file);
    assert.match(licence, /^(Public domain|CC0-1\.0|CC-BY-4\.0)$/, file);
    assert.ok(readme.includes(`| ${file} |`), `README.md does not name ${file}`);
  }
});

test("the samples show at least six classes that the model knows, and one scene shows two", async () => {
  const { createClassifier } = await import(new URL("../../web/dist/index.js", import.meta.url));
  const classifier = await createClassifier();
  const known = classifier.modelInfo.labels;
  classifier.close();
  const shown = new Set(samples.flatMap(({ classes }) => classes));
  assert.ok(shown.size >= 6, [...shown].join(", "));
  assert.ok(samples.some(({ classes }) => classes.length > 1));
  for (const name of shown) assert.ok(known.includes(name), name);
});

test("the pictures are JPEG files of at most 800 pixels a side, without metadata", () => {
  for (const name of pictures) {
    const bytes = readFileSync(new URL(name, folder));
    const { width, height, markers } = jpegHeader(bytes);
    assert.ok(Math.max(width, height) <= 800, `${name}: ${width} x ${height}`);
    assert.ok(!markers.includes(0xe1), `${name} carries EXIF or XMP`);
  }
});

/** Size and markers up to the first scan. Source: ITU-T T.81, annex B. */
function jpegHeader(bytes) {
  assert.equal(bytes.readUInt16BE(0), 0xffd8);
  const markers = [];
  let size;
  for (let at = 2; bytes[at + 1] !== 0xda; at += 2 + bytes.readUInt16BE(at + 2)) {
    assert.equal(bytes[at], 0xff);
    const marker = bytes[at + 1];
    markers.push(marker);
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame) size = { height: bytes.readUInt16BE(at + 5), width: bytes.readUInt16BE(at + 7) };
  }
  return { ...size, markers };
}
