import type { Locator } from "@playwright/test";

import { type Classification, type Classifier, createClassifier, heatmap } from "../../web/dist/index.js";
import { expect, picture, repositoryFile, test, type WidePage } from "./fixtures.js";

let reference: Classifier;
let seen: Classification;
test.beforeAll(async () => {
  reference = await createClassifier();
  seen = await reference.classify(new Uint8Array(picture("drawing.png")), { activationMaps: true });
});
test.afterAll(() => reference.close());

const model = (name: string) => ({ body: repositoryFile(`tests/fixtures/models/${name}.onnx`) });
const map = ({ page }: WidePage): Locator => page.locator("#heatmap");
const legend = ({ page }: WidePage): Locator => page.locator("#heatmap-legend");
const nameOf = async (button: Locator): Promise<string> => button.locator(".wideye-chart-label").innerText();

async function answered(wide: WidePage): Promise<void> {
  await wide.open();
  await wide.choose("drawing.png");
  await wide.expectAnswer("drawing.png");
}

test("pointing at a bar lays its class's map over the square that the network saw", async ({
  wide,
  page,
}) => {
  await answered(wide);
  await expect(map(wide)).toBeHidden();
  await expect(page.getByText("Choose a bar to see why")).toBeVisible();
  const well = (await page.locator("#well").boundingBox())!;
  // The picture is 60 wide and 40 high: its centre square leaves a sixth of the well free on each side.
  for (const [fit, left, top, width, height] of [
    ["Crop", 1 / 6, 1 / 6, 2 / 3, 2 / 3],
    ["Pad", 0, 0, 1, 1],
    ["Stretch", 0, 1 / 6, 1, 2 / 3],
  ] as const) {
    await page.getByRole("radio", { name: fit }).check();
    await wide.expectAnswer("drawing.png");
    await wide.buttons.first().hover();
    await expect(map(wide)).toBeVisible();
    const box = (await map(wide).boundingBox())!;
    expect((box.x - well.x) / well.width).toBeCloseTo(left, 2);
    expect((box.y - well.y) / well.height).toBeCloseTo(top, 2);
    expect(box.width / well.width).toBeCloseTo(width, 2);
    expect(box.height / well.height).toBeCloseTo(height, 2);
    await page.mouse.move(0, 0);
    await expect(map(wide)).toBeHidden();
  }
});

test("the map is that of the bar's class", async ({ wide, page }) => {
  wide.expectedMessages.push(/willReadFrequently/);
  await answered(wide);
  for (const rank of [0, 3]) {
    const { index, label } = seen.predictions[rank]!;
    await wide.rows.locator(`xpath=self::*[@data-index="${index}"]`).hover();
    await expect(legend(wide)).toContainText(`What speaks for “${label.replaceAll("_", " ")}”`);
    const pixels = await map(wide).evaluate((canvas: HTMLCanvasElement) => [
      ...canvas.getContext("2d")!.getImageData(0, 0, canvas.width, canvas.height).data,
    ]);
    const { data } = heatmap(seen, index, { width: 128, height: 128 });
    // A canvas keeps colours premultiplied; what is nearly transparent loses them.
    const opacity = (values: ArrayLike<number>) => Array.from(values).filter((_, at) => at % 4 === 3);
    const [found, expected] = [opacity(pixels), opacity(data)];
    expect(found).toHaveLength(expected.length);
    expect(Math.max(...found.map((value, at) => Math.abs(value - expected[at]!)))).toBeLessThanOrEqual(2);
  }
  await page.mouse.move(0, 0);
  await expect(legend(wide)).toBeHidden();
});

test("a click keeps a map until it is let go, and another bar shows its own meanwhile", async ({
  wide,
  page,
}) => {
  await answered(wide);
  const [first, second] = [await nameOf(wide.buttons.nth(0)), await nameOf(wide.buttons.nth(1))];
  await wide.buttons.nth(0).click();
  await expect(wide.buttons.nth(0)).toHaveAttribute("aria-pressed", "true");
  await page.mouse.move(0, 0);
  await expect(map(wide)).toHaveAccessibleName(new RegExp(`speaks for “${first}”`));
  await wide.buttons.nth(1).hover();
  await expect(map(wide)).toHaveAccessibleName(new RegExp(`speaks for “${second}”`));
  await page.mouse.move(0, 0);
  await expect(map(wide)).toHaveAccessibleName(new RegExp(`speaks for “${first}”`));
  await wide.buttons.nth(1).click();
  await expect(wide.list.locator("[aria-pressed=true]")).toHaveText(new RegExp(`^${second}`));
  await wide.buttons.nth(1).click();
  await page.mouse.move(0, 0);
  await expect(map(wide)).toBeHidden();
});

test("another picture lets go of the map", async ({ wide, page }) => {
  await answered(wide);
  await wide.buttons.nth(0).click();
  await page.mouse.move(0, 0);
  await expect(map(wide)).toBeVisible();
  await wide.choose("drawing.jpg");
  await wide.expectAnswer("drawing.jpg");
  await expect(map(wide)).toBeHidden();
  await expect(wide.list.locator("[aria-pressed=true]")).toHaveCount(0);
});

test("the keyboard points and pins, and the status says nothing of it", async ({ wide, page }) => {
  await answered(wide);
  const said = await wide.status.innerText();
  await page.getByRole("radio", { name: "Crop" }).focus();
  await page.keyboard.press("Tab");
  await expect(map(wide)).toHaveAccessibleName(new RegExp(`“${await nameOf(wide.buttons.nth(0))}”`));
  await page.keyboard.press("ArrowDown");
  const second = new RegExp(`“${await nameOf(wide.buttons.nth(1))}”`);
  await expect(map(wide)).toHaveAccessibleName(second);
  for (const [press, release] of [
    ["Enter", "Escape"],
    ["Space", "Space"],
  ] as const) {
    await page.keyboard.press(press);
    await page.getByRole("radio", { name: "Crop" }).focus();
    await expect(map(wide)).toHaveAccessibleName(second);
    await page.keyboard.press("Tab");
    await expect(wide.buttons.nth(1)).toBeFocused();
    await page.keyboard.press(release);
    await expect(wide.buttons.nth(1)).toHaveAttribute("aria-pressed", "false");
  }
  await page.keyboard.press("Tab");
  await expect(map(wide)).toBeHidden();
  expect(await wide.status.innerText()).toBe(said);
});

test("legend, hint and alternative text follow the language", async ({ wide, page }) => {
  await answered(wide);
  await wide.buttons.nth(0).click();
  await page.getByLabel("Language").selectOption("de");
  await page.mouse.move(0, 0);
  const buttons = page.locator("#chart button");
  await expect(buttons.nth(0)).toHaveAttribute("aria-pressed", "true");
  const name = await nameOf(buttons.nth(0));
  await expect(legend(wide)).toHaveText(new RegExp(`Was für „${name}“ spricht\\s+nichts\\s+viel`));
  await expect(map(wide)).toHaveAccessibleName(new RegExp(`^Was im Bild für „${name}“ spricht: am meisten `));
  await buttons.nth(0).click();
  await page.mouse.move(0, 0);
  await expect(page.getByText("Wähl einen Balken und sieh, warum")).toBeVisible();
});

test.describe("touch", () => {
  test.use({ hasTouch: true });

  test("a tap pins and another lets go", async ({ wide }) => {
    await answered(wide);
    await wide.buttons.nth(2).tap();
    await expect(map(wide)).toHaveAccessibleName(new RegExp(`“${await nameOf(wide.buttons.nth(2))}”`));
    await wide.buttons.nth(2).tap();
    await expect(map(wide)).toBeHidden();
  });
});

test("classes that split are answered by their superclass", async ({ wide }) => {
  wide.answers.set(/\.onnx$/, model("tiny"));
  await wide.open();
  // Of this blue the network says elm tree 45 %, apple 31 %; both are plants.
  await wide.choose("blue.bmp", onePixel(0, 64, 160));
  await wide.expectAnswer("blue.bmp");
  await expect(wide.status).toHaveText(/^\s*Probably plants\s+elm tree or apple\s*$/);
});

test("what is none of the classes is said to be none, with the nearest", async ({ wide, page }) => {
  wide.answers.set(/\.onnx$/, model("calibrated"));
  await wide.open();
  await wide.choose("one-pixel.png");
  await wide.expectAnswer("one-pixel.png");
  await expect(wide.status).toHaveText(/^\s*Nearest: bear\s+None of the 5 things I know\s*$/);
  await page.getByLabel("Language").selectOption("es");
  await expect(wide.status).toHaveText(/^\s*Lo más cercano: oso\s+Ninguna de las 5 cosas que conozco\s*$/);
});

/** A bitmap of one pixel. */
function onePixel(red: number, green: number, blue: number): Buffer {
  const bytes = Buffer.alloc(58);
  bytes.write("BM");
  bytes.writeUInt32LE(58, 2);
  bytes.writeUInt32LE(54, 10); // where the pixels start
  bytes.writeUInt32LE(40, 14); // size of the header
  bytes.writeInt32LE(1, 18); // width
  bytes.writeInt32LE(1, 22); // height
  bytes.writeUInt16LE(1, 26); // planes
  bytes.writeUInt16LE(24, 28); // bits a pixel
  bytes.writeUInt32LE(4, 34); // bytes of the pixels, padded
  bytes.set([blue, green, red], 54);
  return bytes;
}
