/** Where a plain script was loaded from; the page's address where it stands in the page itself. */
export const scriptUrl = (document.currentScript as HTMLScriptElement | null)?.src || document.baseURI;
