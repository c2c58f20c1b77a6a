/** What the page asked of the network, and what it keeps to do without. */
export interface Offline {
  /** Addresses asked for since the page has loaded, in order. */
  readonly asked: readonly string[];
  /** Whether the service worker answers, from the files that it keeps. */
  readonly kept: boolean;
  readonly updateWaits: boolean;
}

export const notOffline: Offline = { asked: [], kept: false, updateWaits: false };
