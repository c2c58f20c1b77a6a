import type { Prediction } from "wideye";

import type { Rectangle } from "../picture/frame.js";
import { isSure, peaks } from "./sightings.js";
import { cellsOf, type Grid, windowsOf } from "./windows.js";

/** What the grid says and which class it points out. */
export interface GridOptions {
  readonly name: string;
  /** Index of the class whose windows are outlined, or null. */
  readonly shown: number | null;
  readonly label: (first: Prediction) => { readonly name: string; readonly value: string };
}

const SVG = "http://www.w3.org/2000/svg";
const MOST_VEILED = 0.82;

/**
 * Draws a veil over a picture, thin where the network is sure: a cell for each window, as large as what lies nearer to
 * its centre than to any other's. The surest cells bear their class.
 */
export function sceneGrid(
  grid: Grid,
  firsts: readonly Prediction[],
  { name, shown, label }: GridOptions,
): SVGSVGElement {
  const svg = element("svg", { class: "scene-grid", role: "img", "aria-label": name });
  const cells = cellsOf(grid);
  const isShown = (at: number): boolean => {
    const first = firsts[at];
    return isSure(first) && (shown === null || first.index === shown);
  };

  if (shown === null) svg.append(...cells.map((cell, at) => veiledCell(placed(cell, grid), firsts[at])));
  else {
    const windows = windowsOf(grid).filter((_, at) => isShown(at));
    svg.append(...outlinedWindows(windows.map((window) => placed(window, grid))));
  }
  svg.append(
    ...legible(peaks(grid, firsts).filter(isShown), grid, firsts).map((at) => {
      const { name, value } = label(firsts[at]!);
      const text = element("text", { class: "scene-label", ...anchored(cells[at]!, grid) });
      const share = element("tspan", { class: "scene-label-value" });
      share.textContent = ` ${value}`;
      text.append(name, share);
      return text;
    }),
  );
  return svg;
}

type Place = Record<"x" | "y" | "width" | "height", string>;

function veiledCell(place: Place, first: Prediction | undefined): SVGRectElement {
  const veil = MOST_VEILED * (1 - (first?.probability ?? 0));
  return element("rect", { class: "scene-cell", ...place, "fill-opacity": veil.toFixed(3) });
}

/** The windows, clear, and a veil over the rest. */
function outlinedWindows(places: readonly Place[]): SVGElement[] {
  const everything = { width: "100%", height: "100%" };
  const mask = element("mask", { id: "scene-windows" });
  mask.append(
    element("rect", { ...everything, fill: "white" }),
    ...places.map((place) => element("rect", { ...place, fill: "black" })),
  );
  const veil = { class: "scene-veil", "fill-opacity": String(MOST_VEILED), mask: "url(#scene-windows)" };
  return [
    mask,
    element("rect", { ...everything, ...veil }),
    ...places.map((place) => element("rect", { class: "scene-window", ...place })),
  ];
}

/** Leaves out what would be written over a surer neighbour. */
function legible(
  positions: readonly number[],
  { columns: { length: across } }: Grid,
  firsts: readonly Prediction[],
): number[] {
  const kept = new Set<number>();
  for (const at of [...positions].sort((a, b) => firsts[b]!.probability - firsts[a]!.probability)) {
    const before = at % across > 0 && kept.has(at - 1);
    const after = at % across < across - 1 && kept.has(at + 1);
    if (!before && !after) kept.add(at);
  }
  return [...kept];
}

function placed({ x, y, width, height }: Rectangle, grid: Grid): Place {
  return {
    x: percent(x, grid.width),
    y: percent(y, grid.height),
    width: percent(width, grid.width),
    height: percent(height, grid.height),
  };
}

/** Puts a text into the middle of a cell, or against the picture's edge where it would run over it. */
function anchored({ x, y, width, height }: Rectangle, grid: Grid): Record<string, string> {
  const middle = (x + width / 2) / grid.width;
  const [anchor, at, dx] =
    middle < 0.2 ? ["start", x, 8] : middle > 0.8 ? ["end", x + width, -8] : ["middle", x + width / 2, 0];
  return {
    x: percent(at as number, grid.width),
    y: percent(y + height / 2, grid.height),
    dx: String(dx),
    "text-anchor": String(anchor),
  };
}

function percent(part: number, whole: number): string {
  return `${Number(((100 * part) / whole).toFixed(3))}%`;
}

function element<Name extends keyof SVGElementTagNameMap>(
  name: Name,
  attributes: Record<string, string>,
): SVGElementTagNameMap[Name] {
  const made = document.createElementNS(SVG, name);
  for (const [attribute, value] of Object.entries(attributes)) made.setAttribute(attribute, value);
  return made;
}
