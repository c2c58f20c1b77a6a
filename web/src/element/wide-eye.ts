import {
  type Classification,
  type Classifier,
  ClassifierError,
  type Fit,
  fetchPicture,
  type Progress,
} from "../index.js";
import { type Picture, pictureAtAddress, pictureOfFile, takePictures } from "./intake.js";
import { Lease } from "./lease.js";
import { type Look, View } from "./view.js";
import { type WideEyeTranslation, type WideEyeWords, withEnglish } from "./words.js";

/** The events of a `<wide-eye>`; none bubbles or can be cancelled. */
export interface WideEyeEventMap {
  /** The model or the wasm is being downloaded. */
  progress: CustomEvent<Progress>;
  /** A picture is answered. */
  result: CustomEvent<Classification>;
  /** A picture could not be answered; what is overtaken or taken out of the page reports nothing. */
  error: CustomEvent<ClassifierError>;
}

/** An `HTMLElement` with the events of a `<wide-eye>`. */
export interface WideEyeBase extends HTMLElement {
  /** As every element's, with the types of this one's events. */
  addEventListener<K extends keyof WideEyeEventMap>(
    type: K,
    listener: (this: WideEyeElement, event: WideEyeEventMap[K]) => unknown,
    options?: boolean | AddEventListenerOptions,
  ): void;
  /** As every element's. */
  addEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject,
    options?: boolean | AddEventListenerOptions,
  ): void;
  /** As every element's, with the types of this one's events. */
  removeEventListener<K extends keyof WideEyeEventMap>(
    type: K,
    listener: (this: WideEyeElement, event: WideEyeEventMap[K]) => unknown,
    options?: boolean | EventListenerOptions,
  ): void;
  /** As every element's. */
  removeEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject,
    options?: boolean | EventListenerOptions,
  ): void;
}

// A server has no elements; importing this there must do no harm.
const Base = (globalThis.HTMLElement ?? class {}) as new () => WideEyeBase;

const FITS: readonly string[] = ["cover", "contain", "fill"] satisfies Fit[];
const TOP_K = 5;
const BARS = 5;

/** A picture that has been fetched keeps its bytes, so that no address is asked twice. */
const fetched = new WeakMap<Picture, Blob>();

/**
 * `<wide-eye>`: takes a picture and shows the likeliest classes as bars.
 *
 * The visitor chooses, drops or, while the element has the focus, pastes a picture; the page names one with `src`.
 * wasm and model are loaded for the first picture. Elements of a page with the same `model` share one classifier,
 * which is closed a second after the last of them has left the page. A picture that is overtaken by another, or
 * whose element is taken out, is dropped; an element that is put back looks again.
 *
 * Attributes, each a property as well: `src`, `top-k`, `fit`, `model`, `heatmap`.
 *
 * Events: see {@link WideEyeEventMap}.
 *
 * Slots: `prompt`, what an empty element asks for; `caption`, the line below the picture, by default its name and
 * size.
 *
 * Parts: `well`, `prompt`, `picture`, `heatmap`, `button` (both of them), `choose`, `caption`, `status` (with `lead`
 * and `answer`), `chart`, `hint`, `progress`, `problem` (with `advice`, `detail` and `retry`); in the chart `row`,
 * `toggle`, `label`, `superclass`, `value`, `track` and `bar`.
 *
 * Custom properties: colours `--wideye-accent`, `--wideye-on-accent`, `--wideye-muted`, `--wideye-track`,
 * `--wideye-well`, `--wideye-line` and `--wideye-warn`; lengths `--wideye-bar-size`, `--wideye-radius` and
 * `--wideye-gap`. Text has the font and colour of the page; light or dark is what `color-scheme` of the page says.
 *
 * # Example
 * ```html
 * <script type="module">import "wideye/element";</script>
 * <wide-eye src="photo.jpg" heatmap></wide-eye>
 * ```
 */
export class WideEyeElement extends Base {
  /** The attributes that the element follows. */
  static readonly observedAttributes = ["src", "top-k", "fit", "model", "heatmap"];

  readonly #view: View;
  #words = withEnglish({});
  #look: Look = { phase: "empty" };
  #picture: Picture | undefined;
  #result: Classification | null = null;
  #given: Classifier | null = null;
  #lease: Lease | undefined;
  #ready = false;
  #work = new AbortController();
  #due = false;

  constructor() {
    super();
    this.#view = new View(this, {
      choose: (file) => this.#take(pictureOfFile(file)),
      retry: () => this.#again(),
    });
    takePictures(
      this,
      (picture) => this.#take(picture),
      (dragging) => this.#view.showDragging(dragging),
    );
    this.#render();
  }

  /**
   * Address of a picture to look at, relative to the page; empty where there is none.
   *
   * Setting it looks at the picture, also when the address stays the same; an empty one, or removing the attribute,
   * empties the element. A picture of the visitor's replaces the one of `src` and leaves the attribute alone.
   */
  get src(): string {
    return this.getAttribute("src") ?? "";
  }
  set src(address: string) {
    this.setAttribute("src", address);
  }

  /**
   * How many of the likeliest classes the result holds, 5 by default; null, the attribute `all`, is all. The chart
   * shows the first five.
   */
  get topK(): number | null {
    const value = this.getAttribute("top-k");
    if (value === "all") return null;
    const count = Number(value);
    return Number.isInteger(count) && count >= 1 ? count : TOP_K;
  }
  set topK(count: number | null) {
    this.setAttribute("top-k", count === null ? "all" : String(count));
  }

  /** How a picture that is not square becomes one; `cover` by default and for every unknown value. */
  get fit(): Fit {
    const value = this.getAttribute("fit") ?? "";
    return FITS.includes(value) ? (value as Fit) : "cover";
  }
  set fit(fit: Fit) {
    this.setAttribute("fit", fit);
  }

  /** Address of an ONNX file, relative to the page; empty for the package's default model. */
  get model(): string {
    return this.getAttribute("model") ?? "";
  }
  set model(address: string) {
    this.setAttribute("model", address);
  }

  /**
   * Whether the map of a class lies over the picture while its bar is hovered or focused, or until it is pressed
   * again. Bars are toggle buttons then, and results hold the activation maps.
   */
  get heatmap(): boolean {
    return this.hasAttribute("heatmap");
  }
  set heatmap(shown: boolean) {
    this.toggleAttribute("heatmap", shown);
  }

  /** A classifier to use in place of the one for `model`; it stays the caller's to close. Null gives it back. */
  get classifier(): Classifier | null {
    return this.#given;
  }
  set classifier(classifier: Classifier | null) {
    if (classifier === this.#given) return;
    this.#given = classifier;
    this.#release();
    this.#again();
  }

  /** What the network says about the picture; null before that is known, and after a failure. */
  get result(): Classification | null {
    return this.#result;
  }

  /**
   * Every text of the element, English by default.
   *
   * Texts that are set replace the English ones, and those left out become English again.
   *
   * ```ts
   * const names = { apple: "Apfel", otter: "Otter" };
   * element.words = { choose: "Bild wählen", label: (name) => names[name] ?? name };
   * ```
   */
  get words(): WideEyeWords {
    return this.#words;
  }
  set words(words: WideEyeTranslation) {
    this.#words = withEnglish(words);
    this.#render();
  }

  /** Called by the browser; looks at a picture that waits. */
  connectedCallback(): void {
    this.#upgrade();
    if (this.#due) this.#schedule();
  }

  /** Called by the browser; stops looking and lets go of the classifier. */
  disconnectedCallback(): void {
    const { phase } = this.#look;
    this.#due ||= phase === "loading" || phase === "looking";
    this.#work.abort();
    this.#release();
  }

  /** Called by the browser where the element comes into another document, which takes its rules away. */
  adoptedCallback(): void {
    this.#view.move();
  }

  /** Called by the browser in place of the two above where a page moves the element with `moveBefore`. */
  connectedMoveCallback(): void {}

  /** Called by the browser. */
  attributeChangedCallback(name: string, before: string | null, after: string | null): void {
    if (name === "src") {
      if (after) this.#take(pictureAtAddress(after, this.baseURI));
      else this.#empty();
      return;
    }
    if (before === after) return;
    if (name === "model") this.#release();
    if (name === "heatmap" && (after === null || this.#result?.activationMaps)) this.#render();
    else this.#again();
  }

  #take(picture: Picture): void {
    this.#picture = picture;
    this.#again();
  }

  #empty(): void {
    this.#work.abort();
    this.#picture = undefined;
    this.#result = null;
    this.#due = false;
    this.#change({ phase: "empty" });
  }

  #again(): void {
    this.#due = this.#picture !== undefined;
    this.#render();
    if (this.#due && this.isConnected) this.#schedule();
  }

  // Attributes and properties that are set one after the other cost one look.
  #schedule(): void {
    queueMicrotask(() => {
      if (this.#due && this.isConnected) void this.#lookAt(this.#picture!);
    });
  }

  async #lookAt(picture: Picture): Promise<void> {
    this.#work.abort();
    this.#work = new AbortController();
    const { signal } = this.#work;
    this.#due = false;
    this.#result = null;
    this.#change(this.#ready ? { phase: "looking" } : { phase: "loading", loaded: 0, total: null });
    try {
      const [bytes, classifier] = await Promise.all([this.#read(picture, signal), this.#hold()]);
      if (signal.aborted) return;
      this.#change({ phase: "looking" });
      const result = await classifier.classify(bytes, {
        topK: this.topK,
        fit: this.fit,
        activationMaps: this.heatmap && classifier.modelInfo.activationMaps,
        signal,
      });
      if (signal.aborted) return;
      this.#result = result;
      this.#change({ phase: "seen", result });
      this.#tell("result", result);
    } catch (thrown) {
      const error = errorOf(thrown);
      if (signal.aborted) return;
      if (error.code === "crashed") this.#discard();
      this.#result = null;
      this.#change({ phase: "failed", error });
      this.#tell("error", error);
    }
  }

  async #read(picture: Picture, signal: AbortSignal): Promise<Blob> {
    const known = fetched.get(picture);
    if (known) return known;
    const { source } = picture;
    try {
      const bytes = source instanceof Blob ? source : new Blob([await fetchPicture(source, signal)]);
      if (!signal.aborted) {
        fetched.set(picture, bytes);
        void this.#view.showPicture(bytes);
      }
      return bytes;
    } catch (error) {
      if (!signal.aborted) void this.#view.showPicture(null);
      throw error;
    }
  }

  async #hold(): Promise<Classifier> {
    if (this.#given) {
      this.#ready = true;
      return this.#given;
    }
    this.#lease ??= new Lease(this.model, (progress) => this.#report(progress));
    const lease = this.#lease;
    try {
      const classifier = await lease.classifier;
      if (lease === this.#lease) this.#ready = true;
      return classifier;
    } catch (error) {
      if (lease === this.#lease) this.#release();
      throw error;
    }
  }

  #report(progress: Progress): void {
    if (progress.part === "model" && this.#look.phase === "loading") {
      this.#change({ phase: "loading", loaded: progress.loaded, total: progress.total });
    }
    this.#tell("progress", progress);
  }

  #release(): void {
    this.#lease?.release();
    this.#lease = undefined;
    this.#ready = false;
  }

  #discard(): void {
    this.#lease?.discard();
    this.#release();
  }

  #change(look: Look): void {
    this.#look = look;
    this.#render();
  }

  #render(): void {
    this.#view.render({
      look: this.#look,
      name: this.#picture?.name ?? "",
      words: this.#words,
      fit: this.fit,
      maps: this.heatmap && (this.#result === null || this.#result.activationMaps !== undefined),
      bars: Math.min(this.topK ?? BARS, BARS),
    });
  }

  #tell<K extends keyof WideEyeEventMap>(type: K, detail: WideEyeEventMap[K]["detail"]): void {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }

  // What a page sets before the element is defined lands on the object and hides the accessors.
  #upgrade(): void {
    for (const name of ["src", "topK", "fit", "model", "heatmap", "classifier", "words"] as const) {
      if (!Object.hasOwn(this, name)) continue;
      const value = this[name];
      delete (this as Partial<Record<typeof name, unknown>>)[name];
      Object.assign(this, { [name]: value });
    }
  }
}

function errorOf(thrown: unknown): ClassifierError {
  if (thrown instanceof ClassifierError) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new ClassifierError("internal", message, { cause: thrown });
}
