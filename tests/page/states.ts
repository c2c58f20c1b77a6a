// The states that the page can be in, each with the way there from a page that is not open yet.
import { expect, picture, repositoryFile, type WidePage } from "./fixtures.js";

export const states: Record<string, (wide: WidePage) => Promise<void>> = {
  loading: async (wide) => {
    wide.answers.set(/\.wasm$/, { after: new Promise(() => {}) });
    await wide.page.goto(wide.address);
    await expect(wide.status).toContainText("Loading the network");
  },
  ready: (wide) => wide.open(),
  answered: async (wide) => {
    await wide.open();
    await wide.choose("drawing.png");
    await wide.expectAnswer("drawing.png");
    await wide.page.getByText("Where the sample pictures come from").click();
  },
  "a pinned map": async (wide) => {
    await wide.open();
    await wide.choose("drawing.png");
    await wide.expectAnswer("drawing.png");
    await wide.buttons.nth(1).click();
    await expect(wide.page.locator("#heatmap")).toBeVisible();
  },
  "all classes": async (wide) => {
    await wide.open();
    await wide.choose("drawing.png");
    await wide.expectAnswer("drawing.png");
    await wide.page.getByRole("tab", { name: "All classes" }).click();
    await expect(wide.page.locator(".class")).toHaveCount(100);
  },
  "with its requests shown": async (wide) => {
    await wide.open();
    await wide.page.getByRole("button", { name: "0 requests" }).click();
    await expect(wide.page.getByText("None. Your pictures stay on this device.")).toBeVisible();
  },
  "with a newer version that waits": async (wide) => {
    await wide.open();
    await wide.page.locator("#update").evaluate((prompt: HTMLElement) => {
      prompt.hidden = false;
    });
  },
  changed: async (wide) => {
    await wide.open();
    await wide.choose("drawing.png");
    await expect(wide.page.locator("#changes .bars")).toHaveCount(6);
  },
  compared: async (wide) => {
    await wide.open();
    await wide.choose("drawing.png");
    await wide.page.getByRole("tab", { name: "Compare" }).click();
    await expect(wide.page.locator("#compare-sides .bars")).toHaveCount(2);
  },
  "without a second network": async (wide) => {
    wide.expectedMessages.push(/Failed to load resource/);
    wide.answers.set(/narrow[^/]*\.onnx$/, { status: 404 });
    await wide.open();
    await wide.page.getByRole("tab", { name: "Compare" }).click();
    await expect(wide.page.locator("#rival-problem")).toBeVisible();
  },
  cropped: async (wide) => {
    await wide.open();
    await wide.samples.first().click();
    await wide.expectAnswer("·");
    await wide.page.getByRole("slider", { name: "Part that the network sees" }).press("-");
  },
  "with a camera": async (wide) => {
    await wide.page.addInitScript(() => {
      navigator.mediaDevices.getUserMedia = async () => {
        const canvas = document.createElement("canvas");
        const context = canvas.getContext("2d")!;
        setInterval(() => context.fillRect(0, 0, 1, 1), 100);
        return canvas.captureStream();
      };
    });
    await wide.open();
    await wide.page.getByRole("button", { name: "Camera" }).click();
    await expect(wide.rows).toHaveCount(5);
    await expect(wide.page.getByRole("button", { name: "Take the picture" })).toBeVisible();
  },
  "a larger scene": async (wide) => {
    await wide.open();
    await wide.samples.nth(3).click();
    await wide.expectAnswer("·");
    await wide.page.getByRole("tab", { name: "Larger scene" }).click();
    await wide.page.getByRole("slider", { name: "Size of the squares" }).press("End");
    await wide.page.getByRole("list", { name: "Seen in the squares" }).getByRole("button").first().click();
  },
  failed: async (wide) => {
    await wide.open();
    await wide.choose("text.png");
    await expect(wide.problem).toBeVisible();
  },
  "without a network": async (wide) => {
    wide.answers.set(/\.onnx$/, { body: repositoryFile("tests/fixtures/models/broken/truncated.onnx") });
    await wide.page.goto(wide.address);
    await expect(wide.page.getByRole("button", { name: "Try again" })).toBeVisible();
  },
  "with many pictures": async (wide) => {
    await wide.open();
    await wide.page.getByRole("tab", { name: "Many pictures" }).click();
    await wide.page.locator("#many-files").setInputFiles(
      ["drawing.png", "text.png", "one-pixel.png"].map((name) => ({
        name,
        mimeType: "image/png",
        buffer: picture(name),
      })),
    );
    await expect(wide.page.locator("#many-figures")).toHaveText(/^3 looked at/);
    await wide.page.getByRole("button", { name: "drawing.png" }).click();
    await wide.expectAnswer("drawing.png");
  },
};
