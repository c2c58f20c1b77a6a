// @vitest-environment happy-dom
import { csvParse } from "d3-dsv";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { type Classification, type Classifier, ClassifierError, type Outcome, type Prediction } from "wideye";

import { arranged, PAGE_ROWS, pageAmong } from "../src/many/arrange.js";
import { csvOf, jsonOf } from "../src/many/export.js";
import { noMany, type Order, pace, type Row } from "../src/many/many.js";
import { lookAtMany, type ManyPictures } from "../src/many/run.js";
import { tableBody } from "../src/many/table.js";
import { Store } from "../src/state.js";
import { german } from "../src/words/de.js";
import { english } from "../src/words/en.js";
import { stubImageData } from "./fixtures.js";

const file = (name: string, type = "image/png", folder = ""): File => {
  const made = new File([name], name, { type });
  if (folder) Object.defineProperty(made, "webkitRelativePath", { value: `${folder}/${name}` });
  return made;
};
const named = (files: readonly File[]) => files.map(({ name }) => name);

const predicted = (...shares: [label: string, probability: number][]): Prediction[] =>
  shares.map(([label, probability], index) => ({ index, label, superclass: null, probability }));
const thumbnail = { width: 2, height: 1, data: new Uint8ClampedArray([9, 8, 7, 255, 1, 2, 3, 255]) };
const saw = (
  position: number,
  name: string,
  predictions: Prediction[],
  known: boolean | null = true,
): Row => ({ position, file: file(name), seen: { predictions, known, thumbnail } });

const beaver = saw(0, "a.png", predicted(["beaver", 0.5], ["otter", 0.25]));
const broken: Row = { position: 1, file: file("b.png"), problem: { code: "not-an-image", message: "cut" } };
const apple = saw(2, "c.png", predicted(["apple", 0.5], ["pear", 0.125]), false);
const maple = saw(3, "Müsli, “d”.png", predicted(["maple", 0.75], ["sweet_pepper", 0.0625]));
const rows = [beaver, broken, apple, maple];

describe("pace", () => {
  it("tells speed and the time left", () => {
    // 4 in 500 ms are 8 a second; the other 6 of 10 take 6 / 8 s.
    const files = Array.from({ length: 10 }, () => file("a.png"));
    expect(pace({ files, rows, elapsedMs: 500 })).toEqual({ perSecond: 8, secondsLeft: 0.75 });
    expect(pace({ files, rows: [], elapsedMs: 0 })).toBeNull();
  });
});

describe("arranged", () => {
  const sorted = (column: Order["column"], descending = false, words = english) =>
    arranged(rows, { column, descending }, "", words);

  it.each([
    ["name", false, [beaver, broken, apple, maple]],
    ["name", true, [maple, apple, broken, beaver]],
    ["first", false, [apple, beaver, maple, broken]],
    ["first", true, [maple, beaver, apple, broken]],
    // 0.5 twice: the order of the files decides either way.
    ["probability", false, [beaver, apple, maple, broken]],
    ["probability", true, [maple, beaver, apple, broken]],
    ["second", false, [beaver, apple, maple, broken]],
    ["known", false, [apple, beaver, maple, broken]],
    ["known", true, [beaver, maple, apple, broken]],
  ] as const)("sorts by %s, descending %s", (column, descending, expected) => {
    expect(sorted(column, descending)).toEqual(expected);
  });

  it("sorts classes as they are shown", () => {
    // Ahorn, Apfel, Biber
    expect(sorted("first", false, german)).toEqual([maple, apple, beaver, broken]);
  });

  it.each([
    ["", english, rows],
    ["MAPLE", english, [maple]],
    ["sweet p", english, [maple]],
    [" musli ", english, [maple]],
    ["not a picture", english, [broken]],
    ["biber", german, [beaver]],
    ["beaver", german, []],
  ])("finds %j", (filter, words, expected) => {
    expect(arranged(rows, noMany.order, filter, words)).toEqual(expected);
  });
});

describe("pageAmong", () => {
  it.each([
    [0, 0, 0],
    [PAGE_ROWS, 1, 0],
    [PAGE_ROWS + 1, 1, 1],
    [3 * PAGE_ROWS, 1, 1],
    [1, 7, 0],
  ])("%i rows, page %i", (rows, wanted, page) => {
    expect(pageAmong(rows, wanted)).toBe(page);
  });
});

describe("exports", () => {
  const model = { name: "tiny", sha256: "ab12" };
  const report = { rows, fit: "contain", model, version: "1.2.3" } as const;

  it("write a line a picture, with model, fit and version", () => {
    const csv = csvOf(report);
    expect(csv).toMatch(/^\ufefffile,class_1,/);
    const lines = csvParse(csv.slice(1));
    expect(lines.columns).toEqual([
      "file",
      ...[1, 2, 3, 4, 5].flatMap((rank) => [`class_${rank}`, `probability_${rank}`]),
      "known",
      "error",
      "model",
      "model_sha256",
      "fit",
      "wideye",
    ]);
    expect(lines).toHaveLength(4);
    expect(lines[3]).toMatchObject({
      file: "Müsli, “d”.png",
      class_1: "maple",
      probability_1: "0.75",
      class_2: "sweet_pepper",
      probability_2: "0.0625",
      class_3: "",
      known: "true",
      error: "",
      model: "tiny",
      model_sha256: "ab12",
      fit: "contain",
      wideye: "1.2.3",
    });
    expect(lines[1]).toMatchObject({ file: "b.png", class_1: "", known: "", error: "not-an-image" });
  });

  it("write the same as JSON", () => {
    const { pictures, ...head } = JSON.parse(jsonOf(report));
    expect(head).toEqual({ wideye: "1.2.3", model, fit: "contain" });
    expect(pictures).toHaveLength(4);
    expect(pictures[1]).toEqual({ file: "b.png", error: { code: "not-an-image", message: "cut" } });
    expect(pictures[2]).toEqual({ file: "c.png", known: false, predictions: apple.seen!.predictions });
  });
});

describe("tableBody", () => {
  const putImageData = vi.fn();

  beforeEach(() => {
    putImageData.mockReset();
    vi.spyOn(HTMLCanvasElement.prototype, "getContext").mockReturnValue({ putImageData } as never);
    stubImageData();
  });

  const drawn = () => {
    const look = vi.fn();
    const body = document.createElement("tbody");
    document.body.replaceChildren(body);
    return { look, body, show: tableBody(body, look) };
  };
  const cells = (body: HTMLTableSectionElement) =>
    [...body.children].map((row) => [...row.children].map((cell) => cell.textContent));

  it("writes an answer's cells, or what went wrong in place of the first", () => {
    const { body, show } = drawn();
    show([maple, broken], english, undefined);
    expect(cells(body)).toEqual([
      ["Müsli, “d”.png", "maple", "75%", "sweet pepper", "yes"],
      ["b.png", "Not a picture", "", "", ""],
    ]);
    expect(body.querySelectorAll("th[scope=row]")).toHaveLength(2);
    expect(putImageData.mock.calls).toEqual([[thumbnail, 0, 0]]);
    show([apple], german, undefined);
    expect(cells(body)).toEqual([["c.png", "Apfel", "50\u00a0%", "Birne", "nein"]]);
    expect(body.querySelector("td")!.dataset.also).toBe("Birne · Bekannt: nein");
  });

  it("keeps the elements of rows that stay, and with them the focus", () => {
    const { body, show } = drawn();
    show([beaver, maple], english, undefined);
    const [first, second] = body.children;
    const button = second!.querySelector("button")!;
    button.focus();
    show([apple, beaver, broken, maple], english, undefined);
    expect([body.children[1], body.children[3]]).toEqual([first, second]);
    expect(document.activeElement).toBe(button);
    show([maple], english, undefined);
    expect([...body.children]).toEqual([second]);
  });

  it.each([
    ["network", "The network is missing"],
    ["unreadable", "Cannot be read"],
  ])("says of a file that failed with %s: %s", (code, title) => {
    const { body, show } = drawn();
    const failed: Row = { position: 0, file: file("a.png"), problem: { code, message: "" } };
    show([failed], english, undefined);
    expect(cells(body)[0]![1]).toBe(title);
    expect(arranged([failed, maple], noMany.order, title, english)).toEqual([failed]);
  });

  it("looks at the picture of a row and marks it", () => {
    const { body, show, look } = drawn();
    show([beaver, maple], english, maple.file);
    expect([...body.children].map((row) => row.querySelector("[aria-current]") !== null)).toEqual([
      false,
      true,
    ]);
    body.children[0]!.querySelector("button")!.click();
    expect(look).toHaveBeenCalledWith({ source: beaver.file, name: "a.png", alt: "a.png" });
  });
});

describe("lookAtMany", () => {
  let store: Store;
  let pictures: ManyPictures;
  let asked: { names: string[]; signal: AbortSignal }[];
  /** Gives the next outcome of the newest call. */
  let answer: (outcome: "end" | Error | Pick<Outcome, "result" | "error">) => void;

  const result = {
    predictions: predicted(["otter", 1]),
    known: true,
    thumbnail,
  } as unknown as Classification;
  const classifier = {
    modelInfo: { name: "tiny", sha256: "ab12" },
    async *classifyAll(inputs: File[], { signal }: { signal: AbortSignal }) {
      asked.push({ names: named(inputs), signal });
      for (const input of inputs) {
        const outcome = await new Promise<Parameters<typeof answer>[0]>((resolve, reject) => {
          answer = resolve;
          signal.addEventListener("abort", () => reject(new ClassifierError("aborted", "aborted")));
        });
        if (outcome === "end") return;
        if (outcome instanceof Error) throw outcome;
        yield { input, ...outcome };
      }
    },
  };
  const gone = async () => {
    vi.setSystemTime(Date.now() + 1000);
    await vi.advanceTimersByTimeAsync(1000);
  };
  const seen = () => store.state.many.rows.map(({ file, problem }) => problem?.code ?? file.name);

  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["performance", "setTimeout", "Date"] });
    asked = [];
    store = new Store();
    pictures = lookAtMany(store, async () => classifier as unknown as Classifier);
  });

  const answered = async (outcome: Parameters<typeof answer>[0] = { result }) => {
    await gone();
    answer(outcome);
    await gone();
  };

  it("opens the tool and answers in the order of the names", async () => {
    store.change({ fit: "fill" });
    pictures.start([file("b.png"), file("a.png"), file("notes.txt", "text/plain"), file("._a.png")]);
    expect(store.state.tool).toBe("many");
    expect(store.state.many).toMatchObject({ phase: "running", skipped: 2, fit: "fill" });
    await answered();
    expect(seen()).toEqual(["a.png"]);
    await answered({ error: new ClassifierError("too-large", "70 MB") });
    expect(seen()).toEqual(["a.png", "too-large"]);
    expect(store.state.many).toMatchObject({ phase: "done", model: classifier.modelInfo });
    expect(asked.map(({ names }) => names)).toEqual([["a.png", "b.png"]]);
  });

  it("tells a file that cannot be read from a part of the network that is missing", async () => {
    const gone = file("a.png");
    vi.spyOn(gone, "slice").mockReturnValue({
      arrayBuffer: () => Promise.reject(new DOMException("gone", "NotReadableError")),
    } as Blob);
    pictures.start([gone, file("b.png")]);
    for (let i = 0; i < 2; i += 1) await answered({ error: new ClassifierError("network", "nothing") });
    expect(seen()).toEqual(["unreadable", "network"]);
  });

  it("pauses, goes on with what is left, and stops", async () => {
    pictures.start([file("a.png"), file("b.png"), file("c.png")]);
    await answered();
    pictures.pause();
    expect(asked[0]!.signal.aborted).toBe(true);
    await gone();
    expect(store.state.many.phase).toBe("paused");
    pictures.goOn();
    await answered();
    expect(asked[1]!.names).toEqual(["b.png", "c.png"]);
    expect(seen()).toEqual(["a.png", "b.png"]);
    pictures.stop();
    await gone();
    expect(asked[1]!.signal.aborted).toBe(true);
    expect(store.state.many.phase).toBe("done");
    expect(seen()).toEqual(["a.png", "b.png"]);
    pictures.clear();
    expect(store.state.many).toEqual(noMany);
  });

  it("rests while another tool is open", async () => {
    pictures.start([file("a.png"), file("b.png")]);
    await answered();
    store.change({ tool: "classes" });
    expect(asked[0]!.signal.aborted).toBe(true);
    store.change({ tool: "many" });
    await answered();
    expect(asked[1]!.names).toEqual(["b.png"]);
    expect(store.state.many.phase).toBe("done");
  });

  it("replaces the pictures before, which are looked at no more", async () => {
    pictures.start([file("a.png")]);
    await gone();
    pictures.start([file("z.png")]);
    expect(asked[0]!.signal.aborted).toBe(true);
    await answered();
    expect(seen()).toEqual(["z.png"]);
  });

  it("pauses where the network fails, and tells why", async () => {
    pictures.start([file("a.png")]);
    await answered(new ClassifierError("crashed", "out of memory"));
    expect(store.state.many).toMatchObject({
      phase: "paused",
      problem: { code: "crashed", message: "out of memory" },
    });
    pictures.goOn();
    expect(store.state.many.problem).toBeNull();
    await answered();
    expect(seen()).toEqual(["a.png"]);
  });

  it("does nothing without a picture", () => {
    pictures.start([file("notes.txt", "text/plain")]);
    expect(store.state.many).toMatchObject({ phase: "done", files: [], skipped: 1 });
    expect(asked).toEqual([]);
  });

  it("sorts by the same column the other way round, and starts at the first page", () => {
    pictures.turnTo(3);
    pictures.sort("name");
    expect(store.state.many).toMatchObject({ order: { column: "name", descending: true }, page: 0 });
    pictures.sort("known");
    expect(store.state.many.order).toEqual({ column: "known", descending: false });
    pictures.turnTo(1);
    pictures.filter("otter");
    expect(store.state.many).toMatchObject({ filter: "otter", page: 0 });
  });
});
