import type { State } from "../state.js";
import { megabytes } from "../words.js";

/** Says which network answers. */
export function networkView(page: Document): (state: State) => void {
  const line = page.querySelector<HTMLElement>("#network")!;
  return ({ network }) => {
    if (network.phase !== "ready") return;
    const { name, labels, sizeBytes } = network.info;
    line.textContent = `Network “${name}”: ${labels.length} classes, ${megabytes(sizeBytes)} MB`;
  };
}
