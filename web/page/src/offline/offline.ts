/** What the page asked of the network, and what it keeps to do without. */
export interface Offline {
  /** Addresses asked for since the page has loaded, in order, but for the page's own files. */
  readonly asked: readonly string[];
  /** How many of the page's own files were asked for since then. */
  readonly ownFiles: number;
  /** Whether the service worker answers, from the files that it keeps. */
  readonly kept: boolean;
  readonly updateWaits: boolean;
}

export const notOffline: Offline = { asked: [], ownFiles: 0, kept: false, updateWaits: false };
