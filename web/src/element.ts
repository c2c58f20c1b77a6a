/**
 * Defines `<wide-eye>`, an element that classifies pictures.
 *
 * ```html
 * <script type="module">import "wideye/element";</script>
 * <wide-eye src="photo.jpg"></wide-eye>
 * ```
 *
 * Importing it on a server does nothing.
 *
 * @packageDocumentation
 */
import { WideEyeElement } from "./element/wide-eye.js";

export type { WideEyeBase, WideEyeEventMap } from "./element/wide-eye.js";
export { WideEyeElement } from "./element/wide-eye.js";
export type {
  WideEyeProblem,
  WideEyeSaying,
  WideEyeTranslation,
  WideEyeWords,
} from "./element/words.js";

declare global {
  interface HTMLElementTagNameMap {
    "wide-eye": WideEyeElement;
  }
}

if (typeof customElements === "object" && !customElements.get("wide-eye")) {
  customElements.define("wide-eye", WideEyeElement);
}
