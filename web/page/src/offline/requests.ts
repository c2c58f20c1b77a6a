import type { Store } from "../state.js";
import type { Told } from "./told.js";

/**
 * Notes what is asked of the network once the page has loaded: by the service worker, which all requests pass,
 * from when it answers, and until then by the browser's record of the page.
 */
export function noteRequests(store: Store): void {
  let loadedAt = Infinity;
  let keptAt = Infinity;
  store.show(({ network, offline }) => {
    if (network.phase !== "loading") loadedAt = Math.min(loadedAt, performance.now());
    if (offline.kept) keptAt = Math.min(keptAt, performance.now());
  });
  const note = (address: string): void => {
    const { offline } = store.state;
    const { asked, ownFiles } = offline;
    const part = isOwnFile(address, document.baseURI)
      ? { ownFiles: ownFiles + 1 }
      : { asked: [...asked, address] };
    store.change({ offline: { ...offline, ...part } });
  };

  new PerformanceObserver((list) => {
    for (const entry of list.getEntries() as PerformanceResourceTiming[]) {
      if (entry.startTime >= loadedAt && entry.startTime < keptAt && leftDevice(entry)) note(entry.name);
    }
  }).observe({ type: "resource" });
  if (!("serviceWorker" in navigator)) return;
  navigator.serviceWorker.addEventListener("message", ({ data }: MessageEvent<Told>) => {
    if (loadedAt < Infinity) note(data.asked);
  });
}

/** Whether a fetch asked the network; what came from the browser's cache has a body that nothing was transferred for. */
export function leftDevice({
  name,
  transferSize,
  decodedBodySize,
}: Pick<PerformanceResourceTiming, "name" | "transferSize" | "decodedBodySize">): boolean {
  return /^https?:/.test(name) && (transferSize > 0 || decodedBodySize === 0);
}

/** Whether an address is one of the files that belong to a page: they lie beside it. */
export function isOwnFile(address: string, page: string): boolean {
  return address.startsWith(new URL(".", page).href);
}

/** Returns each address once, in the order in which they were first asked for, with how often that was. */
export function counted(addresses: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const address of addresses) counts.set(address, (counts.get(address) ?? 0) + 1);
  return counts;
}
