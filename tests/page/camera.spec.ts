import type { Page } from "@playwright/test";

import browser from "../browser/playwright.config.js";
import { expect, test } from "./fixtures.js";

const { args = [], ...launchOptions } = browser.use!.launchOptions!;

// The device shows a moving pie and a clock, 20 frames a second.
test.use({
  permissions: ["camera"],
  launchOptions: {
    ...launchOptions,
    args: [...args, "--use-fake-device-for-media-stream=device-count=2", "--use-fake-ui-for-media-stream"],
  },
});

const button = (page: Page, name: string) => page.getByRole("button", { name, exact: true });
const video = (page: Page) => page.locator("video");

test.beforeEach(async ({ page }) => {
  await page.addInitScript(() => {
    const { mediaDevices } = navigator;
    const streams: MediaStream[] = [];
    Object.assign(window, { streams });
    const open = mediaDevices.getUserMedia.bind(mediaDevices);
    mediaDevices.getUserMedia = async (wish) => {
      const stream = await open(wish);
      streams.push(stream);
      return stream;
    };
  });
});

/** Whether each camera that was opened still runs. */
const running = (page: Page): Promise<boolean[]> =>
  page.evaluate(() =>
    (window as unknown as { streams: MediaStream[] }).streams.map((stream) =>
      stream.getTracks().some(({ readyState }) => readyState === "live"),
    ),
  );

async function start(page: Page): Promise<void> {
  await button(page, "Camera").click();
  await expect(video(page)).toBeVisible();
  await expect(page.locator("#picture-caption")).toHaveText("Camera · 640 × 480");
}

test("what the camera sees is answered frame by frame, with bars that do not glide", async ({
  wide,
  page,
}) => {
  await wide.open();
  await start(page);
  await expect(wide.rows).toHaveCount(5);
  await expect(page.locator("#timings")).toHaveText(/^\d+ frames a second, [\d.]+ ms each$/);
  const before = await wide.thumbnailPixels();
  await expect.poll(() => wide.thumbnailPixels()).not.toEqual(before);

  await wide.list.evaluate((list) => {
    const strays: string[] = [];
    Object.assign(window, { strays, moved: 0 });
    new MutationObserver((records) => {
      for (const { target } of records) {
        const bar = target as Element;
        const width = Number.parseFloat(bar.getAttribute("width")!);
        const probability = Number(bar.getAttribute("data-probability"));
        Object.assign(window, { moved: (window as unknown as { moved: number }).moved + 1 });
        if (Math.abs(width - 100 * probability) > 1e-6) strays.push(`${width}% for ${probability}`);
      }
    }).observe(list, { subtree: true, attributeFilter: ["width"] });
  });
  await expect
    .poll(() => page.evaluate(() => (window as unknown as { moved: number }).moved))
    .toBeGreaterThan(20);
  expect(await page.evaluate(() => (window as unknown as { strays: string[] }).strays)).toEqual([]);
});

test("what speaks for a class lies over what the camera sees, frame by frame", async ({ wide, page }) => {
  wide.expectedMessages.push(/willReadFrequently/);
  await wide.open();
  await start(page);
  const map = page.locator("#heatmap");
  await wide.buttons.first().click();
  await expect(map).toBeVisible();
  // The middle square of 640 by 480 pixels
  const well = (await page.locator("#well").boundingBox())!;
  const box = (await map.boundingBox())!;
  expect((box.x - well.x) / well.width).toBeCloseTo(1 / 8, 2);
  expect((box.y - well.y) / well.height).toBeCloseTo(1 / 8, 2);
  expect(box.width / well.width).toBeCloseTo(3 / 4, 2);
  const pixels = () =>
    map.evaluate((canvas: HTMLCanvasElement) => [
      ...canvas.getContext("2d")!.getImageData(0, 0, canvas.width, canvas.height).data,
    ]);
  const before = await pixels();
  await expect.poll(pixels).not.toEqual(before);
  await expect(page.locator("#heatmap-legend")).toContainText("What speaks for");
  await button(page, "Stop the camera").click();
  await expect(map).toBeHidden();
  await expect(page.locator("#heatmap-legend")).toBeHidden();
});

test("the frame that is taken becomes the picture, and the camera is released", async ({ wide, page }) => {
  await wide.open();
  await start(page);
  const square = page.getByRole("slider", { name: "Part that the network sees" });
  await square.press("-");
  await button(page, "Take the picture").click();
  await wide.expectAnswer("camera.png · 640 × 480");
  await expect(wide.preview).toBeVisible();
  await expect(video(page)).toBeHidden();
  // 480 / 1.1 = 436.4
  await expect(square).toHaveAttribute("aria-valuenow", "436");
  await expect(button(page, "Camera")).toBeFocused();
  expect(await running(page)).toEqual([false]);
});

test("it turns to the other camera, of which one runs at a time", async ({ wide, page }) => {
  await wide.open();
  await start(page);
  await button(page, "Other camera").click();
  await expect.poll(() => running(page)).toEqual([false, true]);
  await expect(video(page)).toBeVisible();
  await expect(button(page, "Other camera")).toBeFocused();
  const devices = await page.evaluate(() =>
    (window as unknown as { streams: MediaStream[] }).streams.map(
      (stream) => stream.getVideoTracks()[0]!.getSettings().deviceId,
    ),
  );
  expect(new Set(devices).size).toBe(2);
});

for (const [what, leave] of [
  ["stopped", (page: Page) => button(page, "Stop the camera").click()],
  ["pressed again", (page: Page) => button(page, "Camera").click()],
  [
    "on a page that is hidden",
    (page: Page) =>
      page.evaluate(() => {
        Object.defineProperty(document, "hidden", { value: true });
        document.dispatchEvent(new Event("visibilitychange"));
      }),
  ],
] as const) {
  test(`it is released when it is ${what}`, async ({ wide, page }) => {
    await wide.open();
    await start(page);
    await expect(wide.rows).toHaveCount(5);
    await leave(page);
    await expect(wide.status).toContainText("Show it a picture");
    await expect(video(page)).toBeHidden();
    await expect(wide.rows).toHaveCount(0);
    await expect(page.locator("#timings")).toBeEmpty();
    expect(await running(page)).toEqual([false]);
    await start(page);
    expect(await running(page)).toEqual([false, true]);
  });
}

test("it is released when another picture is chosen", async ({ wide, page }) => {
  await wide.open();
  await start(page);
  await wide.choose("drawing.png");
  await wide.expectAnswer("drawing.png · 60 × 40");
  await expect(video(page)).toBeHidden();
  expect(await running(page)).toEqual([false]);
});

test("one that opens too late is released at once", async ({ wide, page }) => {
  await page.addInitScript(() => {
    const { mediaDevices } = navigator;
    const open = mediaDevices.getUserMedia.bind(mediaDevices);
    mediaDevices.getUserMedia = async (wish) => {
      await new Promise((resolve) => Object.assign(window, { allow: resolve }));
      return open(wish);
    };
  });
  await wide.open();
  await button(page, "Camera").click();
  await expect(wide.status).toContainText("Starting the camera");
  await wide.choose("drawing.png");
  await wide.expectAnswer("drawing.png");
  await page.evaluate(() => (window as unknown as { allow: () => void }).allow());
  await expect.poll(() => running(page)).toEqual([false]);
  await wide.expectAnswer("drawing.png");
});

for (const [name, title] of [
  ["NotAllowedError", "Camera not allowed"],
  ["NotFoundError", "No camera found"],
  ["NotReadableError", "Camera in use"],
] as const) {
  test(`${name} is explained`, async ({ wide, page }) => {
    await page.addInitScript((name) => {
      navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException("told by the test", name));
    }, name);
    await wide.open();
    await wide.choose("drawing.png");
    await wide.expectAnswer("drawing.png");
    await button(page, "Camera").click();
    await expect(wide.status).toContainText(title);
    await expect(wide.problem).toContainText("told by the test");
    await expect(wide.preview).toBeHidden();
    await expect(button(page, "Camera")).toHaveAttribute("aria-pressed", "false");
    await wide.choose("drawing.jpg");
    await wide.expectAnswer("drawing.jpg");
  });
}

test("one that is unplugged is explained", async ({ wide, page }) => {
  await wide.open();
  await start(page);
  await page.evaluate(() => {
    const [stream] = (window as unknown as { streams: MediaStream[] }).streams;
    stream!.getVideoTracks()[0]!.dispatchEvent(new Event("ended"));
  });
  await expect(wide.status).toContainText("Camera unplugged");
  await expect(video(page)).toBeHidden();
});

test("one whose neighbours the browser no longer tells of is explained", async ({ wide, page }) => {
  await wide.open();
  await start(page);
  await page.evaluate(() => {
    const refuse = () => Promise.reject(new DOMException("told by the test", "NotAllowedError"));
    navigator.mediaDevices.enumerateDevices = refuse;
  });
  await button(page, "Other camera").click();
  await expect(wide.status).toContainText("Camera not allowed");
  await expect(wide.problem).toContainText("told by the test");
  await expect.poll(() => running(page)).toEqual([false]);
});

test("there is no button where the browser has no cameras to offer", async ({ wide, page }) => {
  await page.addInitScript(() => Object.defineProperty(navigator, "mediaDevices", { value: undefined }));
  await wide.open();
  await expect(button(page, "Camera")).toBeHidden();
});
