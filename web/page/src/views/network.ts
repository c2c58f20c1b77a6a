import type { State } from "../state.js";

/** Says which network answers. */
export function networkView(page: Document): (state: State) => void {
  const line = page.querySelector<HTMLElement>("#network")!;
  return ({ network }) => {
    if (network.phase !== "ready") return;
    const { name, labels, top1 } = network.info;
    line.textContent = `Network “${name}”, ${labels.length} classes`;
  };
}
