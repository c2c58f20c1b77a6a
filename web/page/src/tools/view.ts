import type { State, Tool } from "../state.js";

/** Shows the open tool; its tabs are one tab stop, along which the arrow keys move. */
export function toolsView(page: Document, open: (tool: Tool) => void): (state: State) => void {
  const list = page.querySelector<HTMLElement>("#tool-tabs")!;
  const tabs = [...list.querySelectorAll<HTMLButtonElement>("[role=tab]")];
  const toolOf = (tab: HTMLElement): Tool => tab.dataset.tool as Tool;
  const panel = (tab: HTMLElement): HTMLElement => page.getElementById(tab.getAttribute("aria-controls")!)!;

  for (const tab of tabs) tab.addEventListener("click", () => open(toolOf(tab)));
  list.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const at = tabs.indexOf(event.target as HTMLButtonElement);
    const forward = getComputedStyle(list).direction === "rtl" ? -1 : 1;
    const targets: Record<string, number> = {
      ArrowRight: at + forward,
      ArrowLeft: at - forward,
      Home: 0,
      End: tabs.length - 1,
    };
    const target = targets[event.key];
    if (at < 0 || target === undefined) return;
    event.preventDefault();
    const tab = tabs[(target + tabs.length) % tabs.length]!;
    open(toolOf(tab));
    tab.focus();
  });

  return ({ tool }) => {
    for (const tab of tabs) {
      const isOpen = toolOf(tab) === tool;
      tab.setAttribute("aria-selected", String(isOpen));
      tab.tabIndex = isOpen ? 0 : -1;
      panel(tab).hidden = !isOpen;
    }
  };
}
