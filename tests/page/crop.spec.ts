import type { Page } from "@playwright/test";

import { type Classifier, type Crop, createClassifier } from "../../web/dist/index.js";
import { expect, picture, test, type WidePage } from "./fixtures.js";

let reference: Classifier;
test.beforeAll(async () => {
  reference = await createClassifier();
});
test.afterAll(() => reference.close());

const square = (page: Page) => page.getByRole("slider", { name: "Part that the network sees" });

/** Waits until the network has seen exactly this part of the picture itself. */
async function expectSeen(
  wide: WidePage,
  name: string,
  [x, y, side]: [number, number, number],
): Promise<void> {
  await expect(square(wide.page)).toHaveAttribute(
    "aria-valuetext",
    `${side} by ${side} pixels, ${x} from the left, ${y} from the top`,
  );
  const crop: Crop = { x, y, width: side, height: side };
  const { thumbnail } = await reference.classify(new Uint8Array(picture(name)), { thumbnail: true, crop });
  await expect.poll(() => wide.thumbnailPixels()).toEqual([...thumbnail!.data]);
}

/** The middle of the square and the size of a pixel of the picture on the screen. */
async function shownSquare(page: Page): Promise<{ x: number; y: number; half: number; pixel: number }> {
  const { x, y, width } = (await square(page).boundingBox())!;
  const side = Number(await square(page).getAttribute("aria-valuenow"));
  return { x: x + width / 2, y: y + width / 2, half: width / 2, pixel: width / side };
}

test.beforeEach(async ({ wide }) => {
  await wide.open();
  await wide.choose("drawing.png");
  await wide.expectAnswer("drawing.png · 60 × 40");
});

test("the square is dragged, and the answer follows while it moves", async ({ wide, page }) => {
  await expectSeen(wide, "drawing.png", [10, 0, 40]);
  const before = await wide.thumbnailPixels();
  const { x, y, pixel } = await shownSquare(page);
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.mouse.move(x - 6 * pixel, y + 3 * pixel, { steps: 4 });
  await expect.poll(() => wide.thumbnailPixels()).not.toEqual(before);
  await expect(page.locator("#answer")).toHaveAttribute("aria-busy", "false");
  await page.mouse.up();
  await expectSeen(wide, "drawing.png", [4, 0, 40]);

  await page.mouse.down();
  await page.mouse.move(x - 900, y - 900, { steps: 4 });
  await page.mouse.up();
  await expectSeen(wide, "drawing.png", [0, 0, 40]);
  await page.mouse.dblclick(x, y);
  await expectSeen(wide, "drawing.png", [10, 0, 40]);
});

test("its corners resize it", async ({ wide, page }) => {
  for (const [towards, expected] of [
    [{ x: 1, y: 1 }, [10, 0, 24]],
    [{ x: -1, y: 1 }, [26, 0, 24]],
    [{ x: 1, y: -1 }, [10, 16, 24]],
    [{ x: -1, y: -1 }, [26, 16, 24]],
  ] as const) {
    const { x, y, half, pixel } = await shownSquare(page);
    const [cornerX, cornerY] = [x + towards.x * (half - 4), y + towards.y * (half - 4)];
    await page.mouse.move(cornerX, cornerY);
    await page.mouse.down();
    await page.mouse.move(cornerX - towards.x * 16 * pixel, cornerY - towards.y * 16 * pixel, { steps: 4 });
    await page.mouse.up();
    await expectSeen(wide, "drawing.png", [...expected]);
    await square(page).press("Home");
    await expectSeen(wide, "drawing.png", [10, 0, 40]);
  }
});

test("keys move and resize it", async ({ wide, page }) => {
  // A thirty-second of 40 pixels is one, a quarter is ten.
  for (const [key, expected] of [
    ["ArrowRight", [11, 0, 40]],
    ["Shift+ArrowLeft", [1, 0, 40]],
    // 40 / 1.1 = 36.4
    ["-", [3, 2, 36]],
    ["ArrowDown", [3, 3, 36]],
    // 36 * 1.1 = 39.6
    ["+", [1, 0, 40]],
    ["Home", [10, 0, 40]],
  ] as const) {
    await square(page).press(key);
    await expectSeen(wide, "drawing.png", [...expected]);
  }
});

test("the wheel scrolls the page until the square has the focus, then resizes it", async ({ wide, page }) => {
  const { x, y } = await shownSquare(page);
  await page.mouse.move(x, y);
  await page.mouse.wheel(0, -100);
  await expectSeen(wide, "drawing.png", [10, 0, 40]);
  await square(page).focus();
  await page.mouse.wheel(0, -100);
  // 40 * 1.002 ** -100 = 32.8, about the middle
  await expectSeen(wide, "drawing.png", [14, 4, 32]);
});

test("a photograph turned by EXIF is cut as it is seen", async ({ wide, page }) => {
  await wide.choose("rotated.jpg");
  await wide.expectAnswer("rotated.jpg · 60 × 40");
  await square(page).press("Shift+ArrowRight");
  await expect(square(page)).toHaveAttribute("aria-valuetext", /^40 by 40 pixels, 20 from the left/);
  const bytes = new Uint8Array(picture("rotated.jpg"));
  const crop = { x: 20, y: 0, width: 40, height: 40 };
  const { thumbnail } = await reference.classify(bytes, { thumbnail: true, crop });
  // The browser's JPEG decoder rounds otherwise than Node's.
  await expect
    .poll(async () => {
      const pixels = await wide.thumbnailPixels();
      return Math.max(...pixels.map((value, at) => Math.abs(value - thumbnail!.data[at]!)));
    })
    .toBeLessThanOrEqual(3);
});

test("another picture starts with its largest square, and there is none under Pad and Stretch", async ({
  wide,
  page,
}) => {
  await square(page).press("-");
  await expectSeen(wide, "drawing.png", [12, 2, 36]);
  await page.getByRole("radio", { name: "Pad" }).check();
  await expect(square(page)).toBeHidden();
  await page.getByRole("radio", { name: "Crop" }).check();
  await expectSeen(wide, "drawing.png", [12, 2, 36]);
  await wide.choose("transparent.png");
  await wide.expectAnswer("transparent.png");
  await expectSeen(wide, "transparent.png", [10, 0, 40]);
});

test.describe("under fingers", () => {
  test.use({ hasTouch: true, isMobile: true, viewport: { width: 390, height: 844 } });

  test("two of them resize it, and its corners are large enough for one", async ({ wide, page, context }) => {
    const corner = await page.locator(".crop-corner").first().boundingBox();
    // Two fifths of the square at most
    expect(corner!.width).toBeGreaterThanOrEqual(44);
    const { x, y } = await shownSquare(page);
    const cdp = await context.newCDPSession(page);
    const touch = (type: "touchStart" | "touchMove" | "touchEnd", apart?: number) =>
      cdp.send("Input.dispatchTouchEvent", {
        type,
        touchPoints: apart === undefined ? [] : [-1, 1].map((side, id) => ({ id, x: x + side * apart, y })),
      });
    await touch("touchStart", 40);
    for (const apart of [35, 30, 25, 20]) await touch("touchMove", apart);
    await touch("touchEnd");
    await expectSeen(wide, "drawing.png", [20, 10, 20]);
  });

  test("the hint does not speak of dropping", async ({ page }) => {
    await page.reload();
    await expect(page.getByText("Choose or take a picture")).toBeVisible();
    await expect(page.getByText("Drop or paste a picture anywhere")).toBeHidden();
  });
});
