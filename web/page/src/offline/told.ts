/** What the service worker tells the page: an address that the network is asked for. */
export interface Told {
  readonly asked: string;
}
