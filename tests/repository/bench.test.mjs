// The arithmetic and the form of the bench's reports. No test runs the bench or looks at a time.
import assert from "node:assert/strict";
import { test } from "node:test";

import { isOurs } from "../../bench/engines.mjs";
import { generateImages } from "../../bench/images.mjs";
import { chainsModule, multiplyAccumulates, peakGmacs } from "../../bench/peak.mjs";
import { metricOf, problems } from "../../bench/report.mjs";
import { maxDifference, median, ratios, rotated, softmax } from "../../bench/statistics.mjs";
import { pageSection, readReports, speedSection } from "../../bench/table.mjs";

test("medians", () => {
  assert.equal(median([7]), 7);
  assert.equal(median([9, 1, 100]), 9);
  assert.equal(median([4, 1, 10, 2]), 3);
  assert.throws(() => median([]), RangeError);
});

test("softmax with and without a temperature", () => {
  // exp(0) = 1 and exp(ln 3) = 3 of 4; at temperature 2 the second is the root of 3.
  const root = Math.sqrt(3);
  const close = (a, b) => assert.ok(maxDifference([a], [b]) < 1e-12, `${a} ${b}`);
  close(softmax([1000, 1000 + Math.log(3)]), [1 / 4, 3 / 4]);
  close(softmax([0, Math.log(3)], 2), [1 / (1 + root), root / (1 + root)]);
});

test("the largest difference of probabilities", () => {
  assert.equal(
    maxDifference(
      [
        [0.5, 0.5],
        [1, 0],
      ],
      [
        [0.5, 0.5],
        [0.75, 0.25],
      ],
    ),
    0.25,
  );
  assert.equal(maxDifference([[0.5]], [[Number.NaN]]), Infinity);
  assert.throws(() => maxDifference([[1]], [[1], [1]]), RangeError);
  assert.throws(() => maxDifference([[1]], [[1, 0]]), RangeError);
});

test("each of our engines is compared with each peer on the same model", () => {
  const rows = [
    { model: "wide", engine: "wideye-relaxed", cpuMs: 5 },
    { model: "wide", engine: "wideye-simd", cpuMs: 8 },
    { model: "wide", engine: "tfjs-wasm", cpuMs: 20 },
    { model: "res9", engine: "onnxruntime-web", cpuMs: 40 },
  ];
  assert.deepEqual(ratios(rows, "cpuMs", isOurs), [
    { metric: "cpuMs", model: "wide", engine: "wideye-relaxed", peer: "tfjs-wasm", timesFaster: 4 },
    { metric: "cpuMs", model: "wide", engine: "wideye-simd", peer: "tfjs-wasm", timesFaster: 2.5 },
  ]);
});

test("engines take turns at going first", () => {
  assert.deepEqual(
    [0, 1, 2, 3].map((round) => rotated(["a", "b", "c"], round).join("")),
    ["abc", "bca", "cab", "abc"],
  );
});

test("the generated pictures are the same in every run and differ from each other", () => {
  const pictureBytes = 4 * 32 * 32;
  const images_rgba = generateImages(3);
  assert.equal(images_rgba.length, 3 * pictureBytes);
  assert.deepEqual(images_rgba, generateImages(3));
  const picture = (i) => images_rgba.subarray(i * pictureBytes, (i + 1) * pictureBytes);
  assert.notDeepEqual(picture(0), picture(1));
  assert.notDeepEqual(picture(1), picture(2));
  for (let at = 3; at < images_rgba.length; at += 4) assert.equal(images_rgba[at], 255);
});

test("multiply-accumulates, as defined and with Winograd's algorithm", () => {
  const conv = (input, weight, output) => ({ operator: "Conv", inputs: [input, weight], output });
  const layers = {
    nodes: [
      conv("image", "first", "a"),
      conv("a", "second", "b"),
      { operator: "MaxPool", inputs: ["b"], output: "c" },
      conv("c", "third", "d"),
      conv("d", "head", "e"),
    ],
    tensors: {
      first: { shape: [16, 3, 3, 3] },
      second: { shape: [16, 16, 3, 3] },
      third: { shape: [5, 16, 3, 3] },
      head: { shape: [10, 5, 1, 1] },
    },
  };
  // Maps of 12x12 and 6x6. Direct: 9*3*16*144 + 9*16*16*144 + 9*16*5*36 + 5*10*36.
  // Executed: first and head as they are. Second: 9 tiles of 4x4, rounded to 12 and 4 for the filter, cost 36*16, less
  // than 36 of 2x2, 16*40; 36*256*9. Third: 9 tiles of 2x2 cost 16*16, less than 4 of 4x4, 36*8; 16*80*9.
  assert.deepEqual(multiplyAccumulates(layers, 12), {
    direct: 62_208 + 331_776 + 25_920 + 1_800,
    executed: 62_208 + 82_944 + 11_520 + 1_800,
  });
});

test("the kept comparisons with PyTorch are complete, their ratios medians of what was measured", () => {
  const reports = readReports("training");
  assert.ok(reports.length > 0);
  for (const { results, rounds, torch, commit, date } of reports) {
    assert.match(torch, /^2\.11\./);
    assert.match(commit, /^[0-9a-f]{40}/);
    assert.ok(!Number.isNaN(Date.parse(date)));
    assert.deepEqual(
      new Set(results.map(({ network, precision, what }) => [network, precision, what].join(" "))),
      new Set(
        ["wide", "res9"].flatMap((network) =>
          ["bf16", "bf16-native", "float32"].flatMap((precision) =>
            ["training", "evaluation"].map((what) => [network, precision, what].join(" ")),
          ),
        ),
      ),
    );
    for (const { network, precision, what, ratio, ratios, computed } of results) {
      assert.equal(ratios.length, rounds);
      assert.equal(ratio, median(ratios));
      assert.ok(computed === precision || precision === "bf16", computed);
      // Three hundredths are what ARCHITECTURE allows itself.
      assert.ok(ratio >= 0.97, `${network}, ${precision}, ${what}: ${ratio} of PyTorch's rate`);
    }
  }
});

test("the peak is that of the best number of chains", () => {
  // A burst of 8 chains is 100 * 200000 * 8 * 8 * 4 = 5.12e9 multiply-accumulates, of 12 chains half as many again.
  const samples = new Map([
    ["8", [300, 256, 200]],
    ["12", [512]],
  ]);
  assert.equal(peakGmacs(samples), 20);
});

test("the chains are a module of sections that fill it", () => {
  for (const chains of [8, 12]) {
    const bytes = chainsModule(chains);
    const ids = [];
    let at = 8;
    while (at < bytes.length) {
      ids.push(bytes[at]);
      let size = 0;
      let shift = 0;
      do {
        at += 1;
        size |= (bytes[at] & 0x7f) << shift;
        shift += 7;
      } while (bytes[at] & 0x80);
      at += 1 + size;
    }
    assert.deepEqual([at, ids], [bytes.length, [1, 3, 7, 10]]);
    const madd = Buffer.from([0xfd, 0x85, 0x02]).toString("latin1");
    assert.equal(Buffer.from(bytes).toString("latin1").split(madd).length - 1, 8 * chains);
  }
});

const row = (engine, milliseconds) => ({
  model: "wide",
  engine,
  version: "1.2.3",
  cpuMs: milliseconds,
  samples: [milliseconds],
  maxProbabilityDifference: 0,
});

const example = () => ({
  schema: 1,
  commit: "0123456789abcdef",
  date: "2026-11-23T12:00:00.000Z",
  machine: { cpu: "a CPU", cores: 2 },
  browser: { name: "chromium", version: "156.0" },
  inference: [row("wideye-relaxed", 7), row("onnxruntime-web", 30.8)],
  ratios: ratios([row("wideye-relaxed", 7), row("onnxruntime-web", 30.8)], "cpuMs", isOurs),
  startup: [
    { engine: "wideye-relaxed", readyMs: 200, samples: [200] },
    { engine: "onnxruntime-web", readyMs: 500, samples: [500] },
  ],
  transfer: [
    { engine: "wideye-relaxed", brotliBytes: 1_500_000, files: ["a.js", "a.wasm"] },
    { engine: "onnxruntime-web", brotliBytes: 2_400_000, files: ["b.js", "b.wasm"] },
  ],
  memory: [
    { engine: "wideye-relaxed", wasmBytes: 30_000_000 },
    { engine: "onnxruntime-web", wasmBytes: 24_000_000 },
  ],
  jpeg12mp: {
    endToEndMs: 150,
    browserDecodeMs: 110,
    ratio: 150 / 110,
    samples: { endToEndMs: [150], browserDecodeMs: [110] },
  },
  throughput: [
    { workers: 1, imagesPerSecond: 130.4 },
    { workers: 2, imagesPerSecond: 250 },
  ],
  peakFraction: 0.8,
  peak: {
    engine: "wideye-relaxed",
    model: "wide",
    gmacsPerSecond: 28,
    executedGmacsPerSecond: 22.4,
    directGmacsPerSecond: 80,
  },
});

test("a report as the contract has it has no problems", () => {
  assert.deepEqual(problems(example()), []);
  assert.deepEqual(problems({ ...example(), throughput: [] }), []);
});

test("what is wrong with a report is named", () => {
  const table = [
    [(report) => (report.schema = 2), "report.schema: found 2"],
    [(report) => (report.date = "yesterday"), 'report.date: found "yesterday"'],
    [(report) => (report.inference = []), "report.inference: expected rows, found []"],
    [(report) => delete report.inference[1].cpuMs, "report.inference[1].cpuMs: found undefined"],
    [(report) => (report.inference[0].samples = []), "report.inference[0].samples: found []"],
    [(report) => (report.inference[0].wallMs = 1), "report.inference[0].wallMs: not in the contract"],
    [(report) => (report.peakFraction = Number.NaN), "report.peakFraction: found null"],
    [(report) => delete report.transfer[0].files, "report.transfer[0].files: found undefined"],
    [(report) => (report.machine = null), "report.machine: expected an object, found null"],
  ];
  for (const [spoil, problem] of table) {
    const report = example();
    spoil(report);
    assert.deepEqual(problems(report), [problem]);
  }
});

test("Firefox reports wall time", () => {
  const report = example();
  report.browser.name = "firefox";
  const missing = [0, 1].flatMap((i) => [
    `report.inference[${i}].wallMs: found undefined`,
    `report.inference[${i}].cpuMs: not in the contract`,
  ]);
  assert.deepEqual(problems(report), missing);
  for (const measured of report.inference) {
    measured.wallMs = measured.cpuMs;
    delete measured.cpuMs;
  }
  assert.deepEqual(problems(report), []);
});

test("the README's table compares peers with the first column", () => {
  const lines = speedSection([example()]).split("\n");
  assert.deepEqual(lines.slice(0, 6), [
    "|  | wideye, relaxed SIMD | onnxruntime-web 1.2.3 |",
    "| --- | --- | --- |",
    "| one picture, `wide` | 7.0 ms | 30.8 ms (4.4×) |",
    "| ready from the browser's cache | 200 ms | 500 ms (2.5×) |",
    "| download (brotli) | 1.50 MB | 2.40 MB (1.6×) |",
    "| wasm memory | 30.00 MB | 24.00 MB (0.8×) |",
  ]);
  const conditions = lines.slice(6).join(" ");
  for (const words of [
    "2 cores",
    "commit 01234567",
    "1.36 times",
    "130 with 1, 250 with 2",
    "80 %",
    "inference-chromium.svg",
  ]) {
    assert.ok(conditions.includes(words), `${words} is not in ${conditions}`);
  }
});

test("the kept reports are whole, and their figures follow from their samples", () => {
  for (const report of readReports("inference")) {
    assert.deepEqual(problems(report), []);
    const metric = metricOf(report.browser.name);
    for (const measured of report.inference) assert.equal(measured[metric], median(measured.samples));
    for (const measured of report.startup) assert.equal(measured.readyMs, median(measured.samples));
    const startup = report.startup.map((measured) => ({ ...measured, model: "wide" }));
    const expected = [...ratios(report.inference, metric, isOurs), ...ratios(startup, "readyMs", isOurs)];
    assert.deepEqual(report.ratios, expected);
  }
});

test("the README's sentences about the page", () => {
  const report = {
    commit: "0123456789abcdef",
    date: "2026-01-02T03:04:05.678Z",
    machine: { cpu: "Example", cores: 2 },
    browser: { name: "chromium", version: "1.2.3" },
    lighthouse: [
      { device: "mobile", score: 97, samples: [97, 96, 98] },
      { device: "desktop", score: 100, samples: [100] },
    ],
    firstVisit: { ms: 812.4, samples: [812.4] },
    nextVisit: { ms: 401.6, samples: [401.6] },
    drop: { ms: 41.27, samples: [41.27] },
    camera: { answeredPerSecond: 58.6, givenPerSecond: 60.1, samples: [58.6] },
  };
  const text = pageSection([report]).replaceAll("\n", " ");
  for (const words of [
    "answered in 41.3 ms",
    "812 ms on a first visit",
    "402 ms on the next",
    "Of the 60 frames that a camera gives in a second, 59 are answered",
    "97 (mobile) and 100 (desktop) of 100",
    "Chromium 1.2.3 on Example with 2 cores (2026-01-02, commit 01234567)",
  ]) {
    assert.ok(text.includes(words), `${words} is not in ${text}`);
  }
  assert.match(pageSection([]), /npm run bench -- page/);
});

test("the kept reports of the page follow from their samples", () => {
  for (const { lighthouse, firstVisit, nextVisit, drop, camera } of readReports("page")) {
    for (const { score, samples } of lighthouse) assert.equal(score, median(samples));
    for (const { ms, samples } of [firstVisit, nextVisit, drop]) assert.equal(ms, median(samples));
    assert.equal(camera.answeredPerSecond, median(camera.samples));
  }
});
