import type { Pixels } from "wideye";

import type { Rectangle } from "../picture/frame.js";

/** What a result picture shows. */
export interface Result {
  readonly photo: CanvasImageSource;
  /** What the network saw of the photo, in its pixels. */
  readonly frame: Rectangle;
  /** What the network saw. */
  readonly pixels: Pixels;
  readonly lead: string;
  readonly text: string;
  readonly bars: readonly { readonly label: string; readonly share: number; readonly value: string }[];
  /** Beside the pixels. */
  readonly notes: readonly string[];
}

export const RESULT_WIDTH = 1200;
export const RESULT_HEIGHT = 675;

const MARGIN = 48;
const SQUARE: Rectangle = { x: MARGIN, y: MARGIN, width: 579, height: 579 };
const PIXELS: Rectangle = { x: 675, y: 499, width: 128, height: 128 };
const TEXT = { x: PIXELS.x, width: RESULT_WIDTH - MARGIN - PIXELS.x };
const BARS = { y: 168, step: 62, height: 12 };

// The light colours of styles/tokens.css: what is passed on looks the same for everyone.
export const COLOURS = {
  paper: "#fafaf7",
  ink: "#161c19",
  "ink-quiet": "#58625c",
  accent: "#0a7a5c",
  "wideye-track": "#e7e9e3",
} as const;
const { paper: PAPER, ink: INK, "ink-quiet": QUIET, accent: ACCENT, "wideye-track": TRACK } = COLOURS;
const FAMILY = 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif';

/** Draws the photo as the network framed it, what it saw and what it said, on a canvas of 1200 by 675 pixels. */
export function resultPicture({ photo, frame, pixels, lead, text, bars, notes }: Result): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  canvas.width = RESULT_WIDTH;
  canvas.height = RESULT_HEIGHT;
  const context = canvas.getContext("2d")!;
  context.fillStyle = PAPER;
  context.fillRect(0, 0, RESULT_WIDTH, RESULT_HEIGHT);
  drawPhoto(context, photo, frame);

  write(context, lead, { x: TEXT.x, y: 68, size: 24, colour: QUIET, width: TEXT.width });
  write(context, text, { x: TEXT.x, y: 120, size: 46, weight: 650, width: TEXT.width });
  for (const [rank, { label, share, value }] of bars.entries()) {
    const y = BARS.y + rank * BARS.step;
    const right = TEXT.x + TEXT.width;
    const taken = write(context, value, { x: right, y: y + 20, size: 22, colour: QUIET, align: "right" });
    write(context, label, { x: TEXT.x, y: y + 20, size: 22, width: TEXT.width - taken - 16 });
    fill(context, TRACK, { x: TEXT.x, y: y + 31, width: TEXT.width, height: BARS.height });
    fill(context, ACCENT, { x: TEXT.x, y: y + 31, width: share * TEXT.width, height: BARS.height });
  }

  drawPixels(context, pixels);
  const beside = PIXELS.x + PIXELS.width + 24;
  notes.forEach((note, line) => {
    const y = PIXELS.y + 16 + 28 * line;
    write(context, note, { x: beside, y, size: 18, colour: QUIET, width: RESULT_WIDTH - MARGIN - beside });
  });
  drawMark(context, beside, PIXELS.y + PIXELS.height - 34);
  write(context, "wideye", { x: beside + 44, y: PIXELS.y + PIXELS.height - 9, size: 26, weight: 650 });
  return canvas;
}

function drawPhoto(
  context: CanvasRenderingContext2D,
  photo: CanvasImageSource,
  { x, y, width, height }: Rectangle,
): void {
  fill(context, "#ffffff", SQUARE);
  context.imageSmoothingQuality = "high";
  // What lies beyond the photo's edges stays white.
  context.drawImage(photo, x, y, width, height, SQUARE.x, SQUARE.y, SQUARE.width, SQUARE.height);
}

function drawPixels(context: CanvasRenderingContext2D, { data, width, height }: Pixels): void {
  const small = document.createElement("canvas");
  small.width = width;
  small.height = height;
  small.getContext("2d")!.putImageData(new ImageData(data, width, height), 0, 0);
  context.imageSmoothingEnabled = false;
  context.drawImage(small, PIXELS.x, PIXELS.y, PIXELS.width, PIXELS.height);
}

function drawMark(context: CanvasRenderingContext2D, x: number, y: number): void {
  context.save();
  context.translate(x, y);
  context.strokeStyle = INK;
  context.lineWidth = 2.25;
  context.lineJoin = "round";
  context.stroke(new Path2D("M2 16C6.5 8.5 11 6 16 6s9.5 2.5 14 10c-4.5 7.5-9 10-14 10S6.5 23.5 2 16Z"));
  fill(context, ACCENT, { x: 11, y: 11, width: 10, height: 10 });
  context.restore();
}

interface Writing {
  readonly x: number;
  /** The baseline. */
  readonly y: number;
  readonly size: number;
  readonly weight?: number;
  readonly colour?: string;
  readonly align?: CanvasTextAlign;
  /** Longer texts are written smaller. */
  readonly width?: number;
}

/** Returns how wide the text became. */
function write(
  context: CanvasRenderingContext2D,
  text: string,
  { x, y, size, weight = 400, colour = INK, align = "left", width = Infinity }: Writing,
): number {
  const use = (pixels: number): number => {
    context.font = `${weight} ${pixels}px ${FAMILY}`;
    return context.measureText(text).width;
  };
  const wanted = use(size);
  const taken = wanted > width ? use((size * width) / wanted) : wanted;
  context.fillStyle = colour;
  context.textAlign = align;
  context.fillText(text, x, y);
  return taken;
}

function fill(context: CanvasRenderingContext2D, colour: string, { x, y, width, height }: Rectangle): void {
  context.fillStyle = colour;
  context.fillRect(x, y, width, height);
}
