/** What the service worker tells the page: an address that the network is asked for. */
export interface Told {
  readonly asked: string;
}

/** What the page tells a newer service worker that waits. */
export type Order = "take over";
