/** Returns what finds the elements of a page by their identifiers, which begin alike. */
export function finder(page: Document, prefix = ""): <E extends HTMLElement = HTMLElement>(id: string) => E {
  return <E extends HTMLElement>(id: string) => page.querySelector<E>(`#${prefix}${id}`)!;
}
