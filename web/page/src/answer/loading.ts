import type { State } from "../state.js";
import { formatsOf } from "../words/format.js";
import { wordsOf } from "../words/languages.js";

/** Shows how far the network has come that is being loaded. */
export function loadingView(page: Document): (state: State) => void {
  const loading = page.querySelector<HTMLElement>("#loading")!;
  const progress = page.querySelector<HTMLProgressElement>("#progress")!;
  const text = page.querySelector<HTMLElement>("#loading-text")!;

  return ({ network, look, language }) => {
    loading.hidden = network.phase !== "loading" || look.phase === "failed";
    if (network.phase !== "loading") return;
    const { loaded, total } = network;
    const { megabytes } = formatsOf(language);
    if (total) progress.value = Math.min(loaded / total, 1);
    else progress.removeAttribute("value");
    text.textContent = total ? wordsOf(language).answer.progress(megabytes(loaded), megabytes(total)) : "";
  };
}
