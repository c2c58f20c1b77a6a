import type { Square, State } from "../state.js";
import { wordsOf } from "../words/languages.js";
import { type Corner, keyed, leastSide, moved, scaled, stretched } from "./crop.js";
import { framed, largest, type Size, shown } from "./frame.js";
import { sizeShown } from "./view.js";

/** What the square can ask for. */
export interface Cropping {
  /** The square is on its way. */
  move(crop: Square): void;
  /** The square has come to rest; null is the largest in the middle. */
  rest(crop: Square | null): void;
}

interface Point {
  readonly x: number;
  readonly y: number;
}

/** Keys and the wheel have no end of their own: after this pause the square is at rest. */
const PAUSE_MS = 250;
const ZOOM_PER_WHEEL_PIXEL = 1.002;
const PIXELS_PER_WHEEL_LINE = 16;

/** Shows what is cut out of the picture as a square that pointers, the wheel and keys move and resize. */
export function cropView(page: Document, { move, rest }: Cropping): (state: State) => void {
  const crop = page.querySelector<HTMLElement>("#crop")!;
  const handle = page.querySelector<HTMLElement>("#crop-square")!;
  let size: Size | null = null;
  let square: Square = { x: 0, y: 0, side: 0 };
  let pause: ReturnType<typeof setTimeout> | undefined;
  let gesture = newGesture(square);

  const restNow = (chosen: Square | null): void => {
    clearTimeout(pause);
    pause = undefined;
    rest(chosen);
  };
  const go = (next: Square): void => {
    if (next.x === square.x && next.y === square.y && next.side === square.side) return;
    gesture.changed = true;
    move(next);
  };
  const goAndPause = (next: Square): void => {
    go(next);
    clearTimeout(pause);
    pause = setTimeout(() => restNow(square), PAUSE_MS);
  };
  const pointOf = ({ clientX, clientY }: MouseEvent, { width, height }: Size): Point => {
    const box = crop.getBoundingClientRect();
    const long = Math.max(width, height);
    return {
      x: ((clientX - box.left) / box.width) * long - (long - width) / 2,
      y: ((clientY - box.top) / box.height) * long - (long - height) / 2,
    };
  };

  handle.addEventListener("pointerdown", (event) => {
    if (!size || event.button !== 0) return;
    // Otherwise the browser drags the picture below, or selects text.
    event.preventDefault();
    handle.focus({ preventScroll: true });
    handle.setPointerCapture(event.pointerId);
    gesture.corner = cornerOf(event.target as HTMLElement);
    gesture.pointers.set(event.pointerId, pointOf(event, size));
    gesture = { ...gesture, from: new Map(gesture.pointers), square };
  });
  handle.addEventListener("pointermove", (event) => {
    if (!size || !gesture.pointers.has(event.pointerId)) return;
    gesture.pointers.set(event.pointerId, pointOf(event, size));
    go(squareUnder(gesture, size));
  });
  // Comes after pointerup and pointercancel, and alone where the square is hidden under a pointer.
  handle.addEventListener("lostpointercapture", (event) => {
    if (!gesture.pointers.delete(event.pointerId)) return;
    if (gesture.pointers.size > 0) {
      gesture = { ...gesture, from: new Map(gesture.pointers), square };
    } else {
      if (gesture.changed) restNow(square);
      gesture = newGesture(square);
    }
  });
  handle.addEventListener("dblclick", () => restNow(null));
  handle.addEventListener("keydown", (event) => {
    if (!size || event.altKey || event.ctrlKey || event.metaKey) return;
    const next = keyed(square, event.key, event.shiftKey, size);
    if (next === undefined) return;
    event.preventDefault();
    if (next) goAndPause(next);
    else restNow(null);
  });
  handle.addEventListener(
    "wheel",
    (event) => {
      // The page scrolls past a square that nobody has touched; a trackpad's pinch arrives with Control.
      if (!size || !(event.ctrlKey || page.activeElement === handle)) return;
      event.preventDefault();
      const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? PIXELS_PER_WHEEL_LINE : 1;
      const factor = ZOOM_PER_WHEEL_PIXEL ** (event.deltaY * lines);
      if (factor !== 1) goAndPause(scaled(square, factor, pointOf(event, size), size));
    },
    { passive: false },
  );

  return (state) => {
    const { fit, look, preview, language } = state;
    const visible = sizeShown(state);
    // Until a picture can be shown, the one before stays with its square.
    crop.hidden = (visible ?? preview) === null || fit !== "cover" || look.phase === "failed";
    const next = crop.hidden || look.phase === "looking" ? null : visible;
    if (next?.width !== size?.width || next?.height !== size?.height) {
      clearTimeout(pause);
      gesture = newGesture(square);
    }
    size = next;
    if (visible === null) return;
    square = state.crop ?? largest(visible);
    for (const [name, share] of Object.entries(shown(framed(visible, state), visible))) {
      crop.style.setProperty(`--${name}`, `${100 * share}%`);
    }
    handle.style.touchAction = touchActionOf(square, visible);
    handle.setAttribute("aria-valuemin", String(leastSide(visible)));
    handle.setAttribute("aria-valuemax", String(Math.min(visible.width, visible.height)));
    handle.setAttribute("aria-valuenow", String(square.side));
    handle.setAttribute("aria-valuetext", wordsOf(language).crop.square(square.side, square.x, square.y));
  };
}

interface Gesture {
  /** Where the pointers are, and where they were when the gesture began, in pixels of the picture. */
  readonly pointers: Map<number, Point>;
  readonly from: ReadonlyMap<number, Point>;
  /** The square when the gesture began. */
  readonly square: Square;
  corner: Corner | null;
  changed: boolean;
}

function newGesture(square: Square): Gesture {
  return { pointers: new Map(), from: new Map(), square, corner: null, changed: false };
}

function squareUnder({ pointers, from, square, corner }: Gesture, size: Size): Square {
  const [start, ends] = [[...from.values()], [...pointers.values()]];
  const [middleBefore, middle] = [middleOf(start), middleOf(ends)];
  const [dx, dy] = [middle.x - middleBefore.x, middle.y - middleBefore.y];
  if (ends.length > 1) {
    const spread = spreadOf(ends) / spreadOf(start);
    return moved(scaled(square, spread, middleBefore, size), dx, dy, size);
  }
  return corner ? stretched(square, corner, dx, dy, size) : moved(square, dx, dy, size);
}

function middleOf([first, second = first]: Point[]): Point {
  return { x: (first!.x + second!.x) / 2, y: (first!.y + second!.y) / 2 };
}

function spreadOf([first, second]: Point[]): number {
  return Math.max(1, Math.hypot(first!.x - second!.x, first!.y - second!.y));
}

function cornerOf({ dataset: { corner } }: HTMLElement): Corner | null {
  if (corner === undefined) return null;
  return { x: corner.includes("left") ? -1 : 1, y: corner.includes("upper") ? -1 : 1 };
}

/** Leaves to the browser's scrolling the directions in which the square cannot move. */
function touchActionOf({ side }: Square, { width, height }: Size): string {
  const fixed = [side === width && "pan-x", side === height && "pan-y"].filter(Boolean);
  return fixed.join(" ") || "none";
}
