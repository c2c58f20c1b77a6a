import { type Classifier, createClassifier } from "../../web/dist/index.js";
import { expect, test, type WidePage } from "./fixtures.js";

// The same package in Node: what the page shows of changed pixels must be its answer to them.
let reference: Classifier;
test.beforeAll(async () => {
  reference = await createClassifier();
});
test.afterAll(() => reference.close());

const NAMES = ["In grey", "Mirrored", "Moved", "Blurred", "Darker", "With noise"];

/** What one changed picture shows. */
interface Shown {
  readonly pixels: number[];
  readonly verdict: string;
  readonly classes: string[];
  readonly marked: string[];
}

const panel = ({ page }: WidePage) => page.getByRole("tabpanel", { name: "Change it" });
const items = (wide: WidePage) => wide.page.locator("#changes > li");

async function open(wide: WidePage, name: string): Promise<void> {
  await wide.open();
  await wide.choose(name);
  await wide.expectAnswer(name);
  await expectChanges(wide);
}

async function expectChanges({ page }: WidePage): Promise<void> {
  await expect(page.locator("#changes")).toHaveAttribute("aria-busy", "false");
  await expect(page.locator("#changes .bars")).toHaveCount(NAMES.length);
}

function shown(wide: WidePage): Promise<Shown[]> {
  return items(wide).evaluateAll((elements) =>
    elements.map((element) => {
      const canvas = element.querySelector("canvas")!;
      const rows = [...element.querySelectorAll(".bars li")];
      return {
        pixels: [...canvas.getContext("2d")!.getImageData(0, 0, canvas.width, canvas.height).data],
        verdict: element.querySelector("p")!.textContent,
        classes: rows.map((row) => row.textContent),
        marked: rows
          .filter((row) => row.matches(".bars-marked"))
          .map((row) => row.querySelector(".bars-label")!.textContent),
      };
    }),
  );
}

test("six changes of the network's pixels show the network's answers to them", async ({ wide }) => {
  await open(wide, "drawing.png");
  await expect(panel(wide).getByRole("heading", { level: 3 })).toHaveText(NAMES);
  const original = await wide.thumbnailPixels();
  const first = (await wide.bars())[0]!.label;
  const changes = await shown(wide);

  // 0.299, 0.587 and 0.114 of red, green and blue; a half rounds to the even number.
  const grey = Uint8ClampedArray.from(original, (value, at) => {
    if (at % 4 === 3) return value;
    const [red, green, blue] = original.slice(at - (at % 4)) as [number, number, number];
    return 0.299 * red + 0.587 * green + 0.114 * blue;
  });
  expect(changes[0]!.pixels).toEqual([...grey]);
  expect(changes[1]!.pixels).toEqual(
    original.map((_, at) => original[(at >> 7) * 128 + (31 - ((at >> 2) % 32)) * 4 + (at % 4)]),
  );
  expect(new Set(changes.map(({ pixels }) => String(pixels))).size).toBe(NAMES.length);

  let kept = 0;
  for (const { pixels, verdict, classes, marked } of changes) {
    const { predictions } = await reference.classify(
      { width: 32, height: 32, data: new Uint8ClampedArray(pixels) },
      { topK: 3 },
    );
    const labels = predictions.map(({ label }) => label.replaceAll("_", " "));
    expect(classes).toEqual(
      predictions.map(({ probability }, rank) => `${labels[rank]}${Math.round(100 * probability)}%`),
    );
    expect(marked).toEqual(labels.filter((label) => label === first));
    expect(verdict).toBe(labels[0] === first ? `Still ${first}` : `Now ${labels[0]}`);
    if (labels[0] === first) kept += 1;
  }
  await expect(wide.page.locator("#changes-summary")).toHaveText(
    kept === NAMES.length
      ? "None of these 6 changes alters the answer."
      : `${kept} of 6 changes ${kept === 1 ? "leaves" : "leave"} the answer as it is.`,
  );
});

test("a change's strength is set with the keyboard and changes nothing else", async ({ wide, page }) => {
  await open(wide, "drawing.png");
  const before = await shown(wide);
  const strength = page.getByRole("slider", { name: "Moved" });
  await expect(strength).toHaveAttribute("aria-valuetext", "4 px to the right");
  await strength.focus();
  await page.keyboard.press("Home");
  await expect(strength).toHaveAttribute("aria-valuetext", "1 px to the right");
  await expect.poll(async () => (await shown(wide))[2]!.pixels).not.toEqual(before[2]!.pixels);
  const original = await wide.thumbnailPixels();
  const after = await shown(wide);
  expect(after[2]!.pixels).toEqual(
    original.map((_, at) => original[(at >> 7) * 128 + Math.max(0, ((at >> 2) % 32) - 1) * 4 + (at % 4)]),
  );
  expect([...after.slice(0, 2), ...after.slice(3)]).toEqual([...before.slice(0, 2), ...before.slice(3)]);
  await expect(page.locator("#changes").getByRole("slider")).toHaveCount(4);
});

test("the changes follow the fit and the language", async ({ wide, page }) => {
  await open(wide, "drawing.png");
  const before = await shown(wide);
  await page.getByRole("radio", { name: "Pad" }).check();
  await expect.poll(async () => (await shown(wide))[1]!.pixels).not.toEqual(before[1]!.pixels);
  await expectChanges(wide);
  await page.getByLabel("Language").selectOption("de");
  const headings = page.locator("#changes h3");
  await expect(headings).toHaveText([
    "In Grau",
    "Gespiegelt",
    "Verschoben",
    "Unscharf",
    "Dunkler",
    "Verrauscht",
  ]);
  for (const { verdict } of await shown(wide)) expect(verdict).toMatch(/^(Weiterhin|Jetzt) /);
  await expect(page.locator("#changes-story")).toContainText("Ohne Farbe sagt es");
  await expect(page.getByRole("slider", { name: "Dunkler" })).toHaveAttribute(
    "aria-valuetext",
    "50\u00a0% weniger Licht",
  );
});

test("nothing is shown of a picture that cannot be read", async ({ wide, page }) => {
  await wide.open();
  await expect(page.locator("#changes-summary")).toHaveText("Would the answer hold?");
  await wide.choose("drawing.png");
  await expectChanges(wide);
  await wide.choose("text.png");
  await expect(wide.problem).toBeVisible();
  await expect(page.locator("#changes .bars")).toHaveCount(0);
  await expect(page.locator("#changes-summary")).toHaveText("Would the answer hold?");
});
