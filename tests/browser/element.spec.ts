import AxeBuilder from "@axe-core/playwright";
import { test as base, expect, type Locator, type Page } from "@playwright/test";
import type { WideEyeElement } from "wideye/element";

import { picture, repositoryFile } from "./files.js";
import { type Answer, servePackage, serveSite, type TestServer } from "./server.js";

// No `blob:`, no `data:`, no inline style and but one inline script, the import map, by its hash.
const POLICY = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; base-uri 'none'";
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const MODEL = 'model="/fixtures/models/tiny.onnx"';
const drawing = picture("drawing.png");

const pageWith = (element: string): string => `
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<script type="module" src="/web/dist/element.js"></script>
<main><h1>A page</h1>${element}<p><button type="button">After</button></p></main>`;

/** A `<wide-eye>`, by what a visitor sees of it. */
class Eye {
  readonly host: Locator;
  readonly status: Locator;
  readonly choose: Locator;
  readonly rows: Locator;
  /** The rows' buttons, where maps are shown. */
  readonly bars: Locator;
  readonly caption: Locator;
  readonly problem: Locator;
  readonly picture: Locator;
  readonly map: Locator;

  constructor(readonly page: Page) {
    this.host = page.locator("wide-eye");
    this.status = this.host.getByRole("status");
    this.choose = this.host.getByRole("button", { name: "Choose a picture" });
    this.rows = this.host.getByRole("list", { name: "Likeliest classes" }).getByRole("listitem");
    this.bars = this.rows.getByRole("button");
    this.caption = this.host.locator("[part=caption]");
    this.problem = this.host.locator("[part=problem]");
    this.picture = this.host.locator("[part=picture]");
    this.map = this.host.locator("[part=heatmap]");
  }

  async expectAnswer(caption: string, bars = 5): Promise<void> {
    await expect(this.caption).toContainText(caption);
    await expect(this.host.locator(".said")).toHaveAttribute("aria-busy", "false");
    await expect(this.problem).toBeHidden();
    await expect(this.rows).toHaveCount(bars);
    await expect(this.picture).toBeVisible();
  }

  async chooseFile(name: string, buffer = picture(name)): Promise<void> {
    const chooser = this.page.waitForEvent("filechooser");
    await this.choose.click();
    await (await chooser).setFiles({ name, mimeType: "application/octet-stream", buffer });
  }
}

/** Serves a page with this element in it and opens it. */
type Open = (element: string) => Promise<Eye>;

const test = base.extend<{
  open: Open;
  expected: RegExp[];
  site: (answers: Record<string, Answer>) => Promise<TestServer>;
}>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of the fixtures from it.
  expected: async ({}, use) => use([]),
  // biome-ignore lint/correctness/noEmptyPattern: as above.
  site: async ({}, use) => {
    const sites: TestServer[] = [];
    await use(async (answers) => {
      sites.push(await serveSite(answers));
      return sites.at(-1)!;
    });
    for (const { close } of sites) await close();
  },
  open: async ({ page, expected }, use) => {
    const servers: TestServer[] = [];
    const messages: string[] = [];
    page.on("pageerror", (error) => messages.push(`uncaught: ${error.message}`));
    page.on("console", (message) => {
      if (["error", "warning"].includes(message.type())) messages.push(message.text());
    });
    await use(async (element) => {
      const server = await servePackage(pageWith(element), POLICY);
      servers.push(server);
      await page.goto(server.origin);
      return new Eye(page);
    });
    await page.close();
    for (const { close } of servers) await close();
    const unexpected = messages.filter((text) => !expected.some((pattern) => pattern.test(text)));
    expect(unexpected, "console errors and warnings, such as of a broken policy").toEqual([]);
  },
});

/** A drag or clipboard that holds a file. */
const transferOf = (page: Page, name: string, bytes: Buffer) =>
  page.evaluateHandle(
    ([name, bytes]) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([new Uint8Array(bytes)], name, { type: "image/png" }));
      return transfer;
    },
    [name, [...bytes]] as const,
  );

test("nothing is loaded until there is a picture, and a chosen one is answered by the default model", async ({
  open,
  page,
}) => {
  const asked: string[] = [];
  page.on("request", (request) => asked.push(new URL(request.url()).pathname));
  const eye = await open("<wide-eye></wide-eye>");
  await expect(eye.status).toHaveText("ReadyShow it a picture");
  expect(asked.filter((path) => /\.wasm|\.onnx|worker/.test(path))).toEqual([]);

  await eye.chooseFile("castle.jpg", repositoryFile("web/page/samples/castle.jpg"));
  await eye.expectAnswer("castle.jpg · 800 × 534");
  await expect(eye.status).toHaveText("Almost certainlycastle");
  await expect(eye.rows.first()).toContainText("large man-made outdoor things");
  expect(asked.filter((path) => path.endsWith(".onnx"))).toHaveLength(1);
});

test("the picture is shown upright, in its proportions", async ({ open }) => {
  const eye = await open(`<wide-eye ${MODEL} src="/fixtures/pictures/rotated.jpg"></wide-eye>`);
  await eye.expectAnswer("rotated.jpg · 60 × 40");
  expect(await eye.picture.evaluate(({ width, height }: HTMLCanvasElement) => [width, height])).toEqual([
    60, 40,
  ]);
  await expect(eye.picture).toHaveAccessibleName("rotated.jpg");
});

test("a dropped file is answered, and a drag over the element is shown", async ({ open, page }) => {
  const eye = await open(`<wide-eye ${MODEL}></wide-eye>`);
  const dataTransfer = await transferOf(page, "dropped.png", drawing);
  const well = eye.host.locator("[part=well]");
  const frame = eye.host.locator(".frame");
  await well.dispatchEvent("dragenter", { dataTransfer });
  await expect(frame).toHaveClass(/dragging/);
  const refused = await well.evaluate(
    (target, dataTransfer) =>
      target.dispatchEvent(
        new DragEvent("dragover", { dataTransfer, bubbles: true, composed: true, cancelable: true }),
      ),
    dataTransfer,
  );
  expect(refused).toBe(false);
  await well.dispatchEvent("drop", { dataTransfer });
  await expect(frame).not.toHaveClass(/dragging/);
  await eye.expectAnswer("dropped.png · 60 × 40");
});

test("a drag of text is left to the page", async ({ open }) => {
  const eye = await open(`<wide-eye ${MODEL}></wide-eye>`);
  const handled = await eye.host.evaluate((host) => {
    const dataTransfer = new DataTransfer();
    dataTransfer.setData("text/plain", "otter");
    return ["dragover", "drop"].map(
      (type) => !host.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true })),
    );
  });
  expect(handled).toEqual([false, false]);
  await expect(eye.status).toContainText("Show it a picture");
});

test("a picture is pasted where the focus is, and nowhere else", async ({ open, page, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const eye = await open(`<wide-eye ${MODEL}></wide-eye>`);
  await page.evaluate(
    async (bytes) => {
      const blob = new Blob([new Uint8Array(bytes)], { type: "image/png" });
      await navigator.clipboard.write([new ClipboardItem({ "image/png": blob })]);
    },
    [...drawing],
  );
  await page.getByRole("button", { name: "After" }).focus();
  await page.keyboard.press("Control+V");
  await expect(eye.status).toContainText("Show it a picture");
  await eye.host.evaluate((host) => host.focus());
  await expect(eye.choose).toBeFocused();
  await page.keyboard.press("Control+V");
  await eye.expectAnswer("60 × 40");
});

test("a pasted address is fetched, and asked for once", async ({ open, page, context, site }) => {
  const headers = { "Content-Type": "image/png", "Access-Control-Allow-Origin": "*" };
  const other = await site({ "/otter.png": { headers, body: drawing } });
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.route("**/*", async (route) => {
    const response = await route.fetch();
    const policy = response.headers()["content-security-policy"];
    const allowed = policy && { "content-security-policy": `${policy}; connect-src 'self' ${other.origin}` };
    await route.fulfill({ response, headers: { ...response.headers(), ...allowed } });
  });
  const eye = await open(`<wide-eye ${MODEL}></wide-eye>`);
  await page.evaluate((text) => navigator.clipboard.writeText(text), `${other.origin}/otter.png`);
  await eye.choose.focus();
  await page.keyboard.press("Control+V");
  await eye.expectAnswer("otter.png · 60 × 40");
  await eye.host.evaluate((host: WideEyeElement) => (host.fit = "fill"));
  await eye.expectAnswer("otter.png · 60 × 40");
  expect(other.asked).toEqual(["/otter.png"]);
});

test("src, top-k and fit are followed as they change", async ({ open }) => {
  const eye = await open(`<wide-eye ${MODEL} src="/fixtures/pictures/drawing.png" top-k="2"></wide-eye>`);
  await eye.expectAnswer("drawing.png · 60 × 40", 2);
  const probability = () => eye.rows.first().getAttribute("data-probability");
  const covered = await probability();
  await eye.host.evaluate((host) => {
    host.setAttribute("top-k", "3");
    host.setAttribute("fit", "fill");
  });
  await eye.expectAnswer("drawing.png · 60 × 40", 3);
  expect(await probability()).not.toBe(covered);
  const results = eye.host.evaluate(
    (host: WideEyeElement) =>
      new Promise((resolve) => {
        const told: unknown[] = [];
        host.addEventListener("result", ({ detail }) => {
          told.push([detail.width, detail.height, host.result === detail]);
          setTimeout(() => resolve(told), 300);
        });
        host.src = "/fixtures/pictures/drawing.webp";
        setTimeout(() => (host.src = "/fixtures/pictures/one-pixel.png"));
      }),
  );
  expect(await results).toEqual([[1, 1, true]]);
  await eye.expectAnswer("one-pixel.png · 1 × 1", 3);
  await eye.host.evaluate((host) => host.removeAttribute("src"));
  await expect(eye.status).toContainText("Show it a picture");
  await expect(eye.picture).toBeHidden();
});

test("a failure is explained and told, and the next picture is answered", async ({ open, expected }) => {
  expected.push(/404/);
  const eye = await open(`<wide-eye ${MODEL}></wide-eye>`);
  const code = (src: string) =>
    eye.host.evaluate(
      (host: WideEyeElement, src) =>
        new Promise((resolve) => {
          host.addEventListener("error", ({ detail }) => resolve(`${detail.name} ${detail.code}`), {
            once: true,
          });
          host.src = src;
        }),
      src,
    );
  expect(await code("/fixtures/pictures/text.png")).toBe("ClassifierError not-an-image");
  await expect(eye.status).toHaveText("That did not workNot a picture");
  await expect(eye.problem).toContainText("not-an-image: this is text");
  await expect(eye.host.getByText("Drop, paste or choose a picture")).toBeVisible();
  expect(await code("/fixtures/pictures/missing.png")).toBe("ClassifierError network");
  await expect(eye.status).toContainText("Nothing came back");
  await expect(eye.host.getByRole("button", { name: "Try again" })).toBeVisible();
  await eye.chooseFile("drawing.png");
  await eye.expectAnswer("drawing.png · 60 × 40");
});

test("a model that is missing is asked for again on request", async ({ open, page, expected }) => {
  expected.push(/404/);
  await page.route("**/tiny.onnx", (route) => route.fulfill({ status: 404 }), { times: 1 });
  const eye = await open(`<wide-eye ${MODEL} src="/fixtures/pictures/drawing.png"></wide-eye>`);
  await expect(eye.problem).toContainText(/network: .*tiny\.onnx answered 404/);
  await eye.host.getByRole("button", { name: "Try again" }).click();
  await eye.expectAnswer("drawing.png · 60 × 40");
  await expect(eye.choose).toBeFocused();
});

test("elements share a worker, and the last one ends it", async ({ open, page }) => {
  const one = `<wide-eye ${MODEL} src="/fixtures/pictures/drawing.png"></wide-eye>`;
  const eye = await open(one + one);
  await expect(eye.rows).toHaveCount(10);
  expect(page.workers()).toHaveLength(1);
  await eye.host.first().evaluate((host) => {
    const place = document.createElement("section");
    document.querySelector("main")!.append(place);
    place.append(host);
  });
  await eye.host.first().evaluate((host) => host.remove());
  const ended = page.workers()[0]!.waitForEvent("close");
  await eye.host.first().evaluate((host) => host.remove());
  await ended;
  expect(page.workers()).toHaveLength(0);
});

test("an element can use a classifier of the page", async ({ open, page }) => {
  const eye = await open("<wide-eye></wide-eye>");
  await eye.host.evaluate(async (host: WideEyeElement) => {
    const name = "wideye";
    const { createClassifier } = (await import(name)) as typeof import("wideye");
    host.classifier = await createClassifier({ model: "/fixtures/models/tiny.onnx" });
    host.src = "/fixtures/pictures/drawing.png";
  });
  await eye.expectAnswer("drawing.png");
  expect(page.workers()).toHaveLength(1);
  await eye.host.evaluate((host: WideEyeElement) => {
    host.classifier!.close();
    host.fit = "fill";
  });
  await expect(eye.status).toContainText("The network is closed");
});

test("the map of a bar lies over the picture while it is pointed at, has the focus or is kept", async ({
  open,
  page,
}) => {
  const eye = await open(`<wide-eye ${MODEL} src="/fixtures/pictures/drawing.png" heatmap></wide-eye>`);
  await eye.expectAnswer("drawing.png");
  await expect(eye.map).toBeHidden();
  const names = await eye.rows.locator(".wideye-chart-label").allTextContents();

  await eye.rows.nth(1).hover();
  await expect(eye.map).toHaveAccessibleName(`Where it sees: ${names[1]}`);
  await expect(eye.map).toBeVisible();
  await page.mouse.move(0, 0);
  await expect(eye.map).toBeHidden();

  await eye.choose.focus();
  await page.keyboard.press("Tab");
  await expect(eye.bars.nth(0)).toBeFocused();
  await expect(eye.map).toHaveAccessibleName(`Where it sees: ${names[0]}`);
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  await expect(eye.map).toHaveAccessibleName(`Where it sees: ${names[2]}`);
  await page.keyboard.press("Enter");
  await expect(eye.host.getByRole("button", { pressed: true })).toContainText(names[2]!);
  await page.keyboard.press("Tab");
  await expect(page.getByRole("button", { name: "After" })).toBeFocused();
  await expect(eye.map).toHaveAccessibleName(`Where it sees: ${names[2]}`);
  await expect(eye.map).toBeVisible();

  await eye.bars.nth(2).click();
  await page.mouse.move(0, 0);
  await expect(eye.map).toBeHidden();
  await eye.bars.nth(4).click();
  await page.mouse.move(0, 0);
  await expect(eye.map).toHaveAccessibleName(`Where it sees: ${names[4]}`);
  await page.keyboard.press("Escape");
  await expect(eye.map).toBeHidden();
  await page.keyboard.press("Space");
  await expect(eye.map).toHaveAccessibleName(`Where it sees: ${names[4]}`);
  await eye.host.evaluate((host: WideEyeElement) => (host.heatmap = false));
  await expect(eye.map).toBeHidden();
  await expect(eye.rows).toHaveCount(5);
  await expect(eye.bars).toHaveCount(0);
});

for (const [fit, [left, middle]] of [
  ["cover", ["unseen", "map"]],
  ["contain", ["map", "map"]],
  ["fill", ["map", "map"]],
] as const) {
  test(`the map covers what the network saw under ${fit}`, async ({ open }) => {
    const eye = await open(
      `<wide-eye ${MODEL} src="/fixtures/pictures/drawing.png" fit="${fit}" heatmap></wide-eye>`,
    );
    await eye.expectAnswer("drawing.png");
    await eye.rows.first().hover();
    await expect(eye.map).toBeVisible();
    // The picture is 60 by 40: under `cover` a sixth of it is left out at either end.
    const kinds = await eye.map.evaluate((canvas: HTMLCanvasElement) => {
      const { width, height } = canvas;
      const { data } = canvas.getContext("2d")!.getImageData(0, 0, width, height);
      const unseen = (from: number, to: number): boolean[] => {
        const found: boolean[] = [];
        for (let y = 0; y < height; y += 1)
          for (let x = Math.ceil(from * width); x < Math.floor(to * width); x += 1) {
            const at = 4 * (y * width + x);
            found.push(data[at] === 0 && data[at + 1] === 0 && data[at + 2] === 0 && data[at + 3] === 128);
          }
        return found;
      };
      const kind = (found: boolean[]): string =>
        found.every(Boolean) ? "unseen" : found.some(Boolean) ? "mixed" : "map";
      const opaque = data.filter((_, at) => at % 4 === 3).reduce((a, b) => Math.max(a, b), 0);
      return {
        size: [width, height],
        ends: [kind(unseen(0, 0.16)), kind(unseen(0.84, 1))],
        middle: kind(unseen(0.18, 0.82)),
        opaque,
      };
    });
    expect(kinds.size).toEqual([512, 341]);
    expect(kinds.ends).toEqual([left, left]);
    expect(kinds.middle).toBe(middle);
    expect(kinds.opaque).toBeGreaterThan(128);
    const boxes = await Promise.all([eye.picture, eye.map].map((canvas) => canvas.boundingBox()));
    expect(boxes[0]).toEqual(boxes[1]);
  });
}

test("slots and parts are the page's to fill and to style", async ({ open, page }) => {
  const eye = await open(
    `<wide-eye ${MODEL}><span slot="prompt">Show an otter</span><b slot="caption">Mine</b></wide-eye>`,
  );
  await expect(page.getByText("Show an otter")).toBeVisible();
  await expect(eye.host.getByText("Drop, paste or choose")).toBeHidden();
  await page.evaluate(() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(
      "wide-eye { --wideye-accent: rgb(1 2 3) } wide-eye::part(choose) { background: rgb(4 5 6) } wide-eye::part(label) { color: rgb(7 8 9) }",
    );
    document.adoptedStyleSheets.push(sheet);
  });
  await eye.chooseFile("drawing.png");
  await expect(eye.rows).toHaveCount(5);
  await expect(page.getByText("Mine")).toBeVisible();
  await expect(eye.choose).toHaveCSS("background-color", "rgb(4, 5, 6)");
  await expect(eye.rows.first().locator("rect")).toHaveCSS("fill", "rgb(1, 2, 3)");
  await expect(eye.rows.first().locator(".wideye-chart-label")).toHaveCSS("color", "rgb(7, 8, 9)");
});

test("an element that moves into another document takes its looks along", async ({ open, page }) => {
  const eye = await open(`<wide-eye ${MODEL} src="/fixtures/pictures/drawing.png"></wide-eye>`);
  await eye.expectAnswer("drawing.png");
  await page.evaluate(() => {
    const frame = document.createElement("iframe");
    document.body.append(frame);
    frame.contentDocument!.body.append(document.querySelector("wide-eye")!);
  });
  const host = page.frameLocator("iframe").locator("wide-eye");
  const rows = host.getByRole("list", { name: "Likeliest classes" }).getByRole("listitem");
  await expect(rows).toHaveCount(5);
  await expect(host.locator(".wideye-chart-row").first()).toHaveCSS("display", "grid");
  await expect(host.locator("[part=well]")).toHaveCSS("position", "relative");
});

test("everything is done with the keyboard, and the focus is visible", async ({ open, page }) => {
  const eye = await open(`<wide-eye ${MODEL}></wide-eye>`);
  await page.keyboard.press("Tab");
  await expect(eye.choose).toBeFocused();
  await expect(eye.choose).toHaveCSS("outline-style", "solid");
  const chooser = page.waitForEvent("filechooser");
  await page.keyboard.press("Enter");
  await (await chooser).setFiles({ name: "chosen.png", mimeType: "image/png", buffer: drawing });
  await eye.expectAnswer("chosen.png");
  await page.keyboard.press("Tab");
  await expect(eye.rows.first()).toBeFocused();
  await expect(eye.rows.first()).toHaveCSS("outline-style", "solid");
  await page.keyboard.press("Tab");
  await expect(page.getByRole("button", { name: "After" })).toBeFocused();
});

test("the status tells screen readers each step once", async ({ open }) => {
  const eye = await open(`<wide-eye ${MODEL}></wide-eye>`);
  await eye.status.evaluate((status) => {
    const said: string[] = [];
    Object.assign(window, { said });
    new MutationObserver(() => {
      const text = [...status.children].map((part) => part.textContent).join(": ");
      if (said.at(-1) !== text) said.push(text);
    }).observe(status, { childList: true, characterData: true, subtree: true });
  });
  await eye.chooseFile("drawing.png");
  await eye.expectAnswer("drawing.png");
  const said = await eye.page.evaluate(() => (window as unknown as { said: string[] }).said);
  expect(said).toEqual([
    "One moment: Loading the network",
    "One moment: Looking",
    expect.stringMatching(/^(Almost certainly|Probably|Perhaps|At a guess): [a-z ]+$/),
  ]);
});

const states: Record<string, (eye: Eye) => Promise<void>> = {
  empty: async (eye) => expect(eye.status).toContainText("Show it a picture"),
  loading: async (eye) => {
    await eye.page.route("**/tiny.onnx", () => {});
    await eye.chooseFile("drawing.png");
    await expect(eye.host.getByRole("progressbar")).toBeVisible();
  },
  answered: async (eye) => {
    await eye.chooseFile("drawing.png");
    await eye.expectAnswer("drawing.png");
    await eye.rows.nth(1).click();
    await expect(eye.map).toBeVisible();
  },
  failed: async (eye) => {
    await eye.chooseFile("text.png");
    await expect(eye.problem).toBeVisible();
  },
};

for (const [state, reach] of Object.entries(states)) {
  test(`axe finds nothing, ${state}, light and dark`, async ({ open, page }) => {
    const eye = await open(`<wide-eye ${MODEL} heatmap></wide-eye>`);
    await reach(eye);
    await page.mouse.move(0, 0);
    // axe takes a page without a background for white, in the dark too.
    await page.evaluate(() => {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync("html { background: Canvas }");
      document.adoptedStyleSheets.push(sheet);
    });
    const inks: string[] = [];
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      inks.push(await eye.choose.evaluate((button) => getComputedStyle(button).backgroundColor));
      const { violations } = await new AxeBuilder({ page }).withTags(RULES).analyze();
      expect(
        violations.map(({ id, nodes }) => [id, nodes.map(({ target }) => target)]),
        colorScheme,
      ).toEqual([]);
    }
    expect(inks).toEqual(["rgb(10, 122, 92)", "rgb(85, 211, 166)"]);
  });
}

for (const width of [320, 390, 600, 1280]) {
  test(`nothing overflows or moves at ${width} pixels`, async ({ open, page }) => {
    await page.setViewportSize({ width, height: 900 });
    const eye = await open(`<wide-eye ${MODEL} heatmap></wide-eye>`);
    await expect(eye.status).toContainText("Show it a picture");
    // From here on: that the element takes its place when it is defined does move the page.
    await page.evaluate(() => {
      const shifts: number[] = [];
      Object.assign(window, { shifts });
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) shifts.push((entry as unknown as { value: number }).value);
      }).observe({ type: "layout-shift" });
    });
    const height = () => eye.host.evaluate((host) => host.getBoundingClientRect().height);
    const empty = await height();
    await eye.chooseFile("drawing.png");
    await eye.expectAnswer("drawing.png");
    expect(await height()).toBe(empty);
    await eye.chooseFile("text.png");
    await expect(eye.problem).toBeVisible();
    expect(await height()).toBe(empty);
    const { scrollWidth, shifts } = await page.evaluate(() => ({
      scrollWidth: document.documentElement.scrollWidth,
      shifts: (window as unknown as { shifts: number[] }).shifts,
    }));
    expect(scrollWidth).toBeLessThanOrEqual(width);
    expect(shifts.reduce((sum, shift) => sum + shift, 0)).toBeLessThan(0.01);
  });
}

test("forced colours keep the bars, the frame and the button apart", async ({ open, page }) => {
  await page.emulateMedia({ forcedColors: "active" });
  const eye = await open(`<wide-eye ${MODEL} src="/fixtures/pictures/drawing.png"></wide-eye>`);
  await eye.expectAnswer("drawing.png");
  await expect(eye.host.locator("[part=well]")).toHaveCSS("outline-style", "solid");
  await expect(eye.choose).toHaveCSS("border-top-style", "solid");
  const { bar, track } = await eye.rows.first().evaluate((row) => ({
    bar: getComputedStyle(row.querySelector("rect")!).fill,
    track: getComputedStyle(row.querySelector("svg")!).backgroundColor,
  }));
  expect(bar).not.toBe(track);
});

for (const reducedMotion of ["reduce", "no-preference"] as const) {
  test(`bars and maps under a preference of ${reducedMotion}`, async ({ open, page }) => {
    await page.emulateMedia({ reducedMotion });
    const eye = await open(`<wide-eye ${MODEL} src="/fixtures/pictures/drawing.png" heatmap></wide-eye>`);
    await eye.expectAnswer("drawing.png");
    await eye.rows.first().hover();
    const still = reducedMotion === "reduce";
    await expect(eye.map).toHaveCSS("animation-name", still ? "none" : /./);

    // Widths of the first bar in every frame from one picture's answer to the next one's and a little longer.
    const widths = await eye.host.evaluate(async (host) => {
      const bar = host.shadowRoot!.querySelector("rect")!;
      const seen = new Set<string>();
      host.setAttribute("src", "/fixtures/pictures/one-pixel.png");
      let last = performance.now();
      for (const before = bar.getAttribute("width"); performance.now() - last < 1000; ) {
        const width = bar.getAttribute("width")!;
        if (width === before) last = performance.now();
        seen.add(width);
        await new Promise(requestAnimationFrame);
      }
      return [...seen];
    });
    if (still) expect(widths).toHaveLength(2);
    else expect(widths.length).toBeGreaterThan(2);
  });
}
