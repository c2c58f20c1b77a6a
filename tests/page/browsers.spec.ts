// What the built page does in Firefox and WebKitGTK; the other files here drive it in Chromium.
import { type Classifier, type ClassifyOptions, createClassifier } from "../../web/dist/index.js";
import { browsers } from "../browser/browsers.js";
import type { DrivenPage } from "../browser/webdriver.js";
import { expect, picture, repositoryFile, test } from "./fixtures.js";
import { servePage } from "./server.js";

/** Runs before the page's own scripts and keeps what they complain about. */
const WATCH = `globalThis.complaints = [];
for (const type of ["error", "unhandledrejection", "securitypolicyviolation"])
  addEventListener(type, ({ message, reason, violatedDirective }) => complaints.push(String(message ?? reason ?? violatedDirective)));
for (const level of ["error", "warn"]) console[level] = (...words) => complaints.push(words.join(" "));`;

/** Run in the page. */
const visitor = {
  choose(name: string, bytes: number[]) {
    const transfer = new DataTransfer();
    transfer.items.add(new File([new Uint8Array(bytes)], name));
    const input = document.querySelector<HTMLInputElement>("#file")!;
    input.files = transfer.files;
    input.dispatchEvent(new Event("change"));
  },
  drop(name: string, bytes: number[]) {
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File([new Uint8Array(bytes)], name));
    document
      .querySelector("main")!
      .dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true }));
  },
  click(selector: string) {
    document.querySelector<HTMLElement>(selector)!.click();
  },
  speak(language: string) {
    const select = document.querySelector<HTMLSelectElement>("#language")!;
    select.value = language;
    select.dispatchEvent(new Event("change"));
  },
  see() {
    const text = (selector: string) => document.querySelector(selector)!.textContent.trim();
    const canvas = document.querySelector<HTMLCanvasElement>("#thumbnail")!;
    return {
      language: document.documentElement.lang,
      heading: text("h1"),
      status: text("#status"),
      caption: text("#picture-caption"),
      busy: document.querySelector("#answer")!.getAttribute("aria-busy"),
      bars: [...document.querySelectorAll("#chart li")].map((row) => ({
        label: row.querySelector(".wideye-chart-label")!.textContent,
        probability: Number(row.querySelector("rect")!.getAttribute("data-probability")),
        share:
          row.querySelector("rect")!.getBoundingClientRect().width /
          row.querySelector("svg")!.getBoundingClientRect().width,
      })),
      corner: [...canvas.getContext("2d")!.getImageData(0, 0, 1, 1).data],
    };
  },
};

type Visitor = typeof visitor;

let reference: Classifier;
test.beforeAll(async () => {
  reference = await createClassifier();
});
test.afterAll(() => reference.close());

for (const name of ["Firefox", "WebKitGTK"] as const) {
  test.describe(name, () => {
    test.describe.configure({ mode: "default" });
    test.slow();
    let server: Awaited<ReturnType<typeof servePage>>;
    let page: DrivenPage;

    test.beforeAll(async () => {
      const body = repositoryFile("web/dist-page/index.html")
        .toString()
        .replace("<head>", '<head><script src="watch.js"></script>');
      const script = { headers: { "Content-Type": "text/javascript" }, body: WATCH };
      const html = { headers: { "Content-Type": "text/html; charset=utf-8" }, body };
      server = await servePage(
        new Map([
          [/\/watch\.js$/, script],
          [/\/$/, html],
        ]),
      );
      page = await browsers[name]();
    });
    test.afterAll(async () => {
      await page?.close();
      await server?.close();
    });
    test.beforeEach(async () => {
      await page.open(server.page);
      await expect.poll(async () => (await see()).status).toContain("Show it a picture");
    });
    test.afterEach(async () => {
      expect(await page.evaluate("complaints")).toEqual([]);
      expect(server.asked.filter((path) => !path.startsWith("/some/where/"))).toEqual([]);
    });

    const act = async <Name extends keyof Visitor>(action: Name, ...input: Parameters<Visitor[Name]>) =>
      (await page.evaluate(`({ ${visitor[action]} }).${action}(...${JSON.stringify(input)})`)) as ReturnType<
        Visitor[Name]
      >;
    const see = () => act("see");

    /** Waits for five bars at rest, and compares them with what the package says in Node. */
    const expectAnswer = async (caption: string, bytes: Buffer, options: ClassifyOptions = {}) => {
      await expect
        .poll(async () => {
          const { caption, busy, bars } = await see();
          const rests = bars.every(({ share, probability }) => Math.abs(share - probability) < 0.002);
          return busy === "false" && rests && caption;
        })
        .toContain(caption);
      const { status, bars } = await see();
      const { predictions } = await reference.classify(new Uint8Array(bytes), { topK: 5, ...options });
      expect(bars.map(({ label }) => label)).toEqual(
        predictions.map(({ label }) => label.replaceAll("_", " ")),
      );
      for (const [rank, { probability }] of bars.entries())
        expect(Math.abs(probability - predictions[rank]!.probability)).toBeLessThan(0.005);
      expect(bars.reduce((sum, { probability }) => sum + probability, 0)).toBeLessThanOrEqual(1 + 1e-6);
      expect(status).toContain(bars[0]!.label);
    };

    const drawing = picture("drawing.png");

    test("a chosen picture and a dropped one are answered", async () => {
      await act("choose", "chosen.png", [...drawing]);
      await expectAnswer("chosen.png · 60 × 40", drawing);
      await act("drop", "dropped.png", [...drawing]);
      await expectAnswer("dropped.png · 60 × 40", drawing);
    });

    test("a sample picture is answered", async () => {
      await act("click", ".sample");
      await expectAnswer("Kangaroo · ", repositoryFile("web/page/samples/kangaroo.jpg"));
    });

    test("the fit decides what the network sees", async () => {
      await act("choose", "drawing.png", [...drawing]);
      await expectAnswer("drawing.png", drawing);
      await act("click", '#fit [value="contain"]');
      await expect.poll(async () => (await see()).corner).toEqual([255, 255, 255, 255]);
      await expectAnswer("drawing.png", drawing, { fit: "contain" });
    });

    test("another language is spoken at once", async () => {
      await act("speak", "de");
      const { language, heading, status } = await see();
      expect(language).toBe("de");
      expect(heading).toContain("Netz");
      expect(status).not.toContain("Show it a picture");
    });
  });
}
