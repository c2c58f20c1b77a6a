import type { Rectangle, Size } from "../picture/frame.js";

/** Square windows over a picture, in pixels of a copy that is reduced until a window is as large as `WINDOW`. */
export interface Grid {
  readonly width: number;
  readonly height: number;
  /** The side of each window. */
  readonly side: number;
  /** Left edges of the windows of a row. */
  readonly columns: readonly number[];
  /** Upper edges of the rows. */
  readonly rows: readonly number[];
}

// Twice the network's input: enough for it, and quick to cut out.
const WINDOW = 64;

/** Lays windows over a picture whose side is a share of its shorter side. */
export function gridOver(picture: Size, share: number): Grid {
  const wanted = share * Math.min(picture.width, picture.height);
  const scale = Math.min(1, WINDOW / wanted);
  const width = Math.max(1, Math.round(scale * picture.width));
  const height = Math.max(1, Math.round(scale * picture.height));
  const side = Math.min(width, height, Math.max(1, Math.round(scale * wanted)));
  return { width, height, side, columns: starts(width, side), rows: starts(height, side) };
}

/** The windows of a grid, row by row. */
export function windowsOf({ columns, rows, side }: Grid): Rectangle[] {
  return rows.flatMap((y) => columns.map((x) => ({ x, y, width: side, height: side })));
}

/** What lies nearer to a window's centre than to any other's: together these cells are the whole picture. */
export function cellsOf({ columns, rows, side, width, height }: Grid): Rectangle[] {
  const across = spans(columns, side, width);
  const down = spans(rows, side, height);
  return down.flatMap(([y, bottom]) =>
    across.map(([x, right]) => ({ x, y, width: right - x, height: bottom - y })),
  );
}

/** Where windows start so that they reach from edge to edge, evenly and at most half a window apart. */
export function starts(length: number, side: number): number[] {
  const steps = Math.ceil((length - side) / (side / 2));
  if (steps === 0) return [0];
  return Array.from({ length: steps + 1 }, (_, step) => Math.round((step * (length - side)) / steps));
}

function spans(edges: readonly number[], side: number, length: number): [number, number][] {
  const between = edges.slice(1).map((edge, before) => (edges[before]! + edge + side) / 2);
  return edges.map((_, at) => [between[at - 1] ?? 0, between[at] ?? length]);
}
