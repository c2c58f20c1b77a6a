/**
 * Returns what gives a document or shadow root these rules, once.
 *
 * A constructed style sheet is not an inline style: it passes the policy `style-src 'self'`. It serves the document
 * of whose window it is.
 */
export function sheetOf(rules: string): (root: Document | ShadowRoot) => void {
  const sheets = new WeakMap<Document, CSSStyleSheet>();
  const made = (page: Document): CSSStyleSheet => {
    const sheet = new (page.defaultView ?? globalThis).CSSStyleSheet();
    sheet.replaceSync(rules);
    sheets.set(page, sheet);
    return sheet;
  };
  return (root) => {
    const page = root.ownerDocument ?? (root as Document);
    const sheet = sheets.get(page) ?? made(page);
    if (!root.adoptedStyleSheets.includes(sheet))
      root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
  };
}
