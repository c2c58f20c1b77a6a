/** What the page asked of the network, and whether a newer version waits. */
export type Offline = { readonly updateWaits: boolean };

export const notOffline: Offline = { updateWaits: false };
