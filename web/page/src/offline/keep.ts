import type { Store } from "../state.js";
import type { Offline } from "./offline.js";

/**
 * Has a service worker keep the page's files once the network is loaded, so that it does not wait for them, and
 * follows whether a newer version waits. Returns what lets that version take over, in all tabs.
 */
export function keepPage(store: Store): () => void {
  if (!("serviceWorker" in navigator)) return () => {};
  const { serviceWorker } = navigator;
  let registration: ServiceWorkerRegistration | undefined;
  const change = (part: Partial<Offline>): void =>
    store.change({ offline: { ...store.state.offline, ...part } });

  change({ kept: serviceWorker.controller !== null });
  const keptBefore = serviceWorker.getRegistration().then((before) => Boolean(before?.active));
  serviceWorker.addEventListener("controllerchange", async () => {
    if (await keptBefore) location.reload();
    else change({ kept: true });
  });

  const register = async (): Promise<void> => {
    registration = await serviceWorker.register("./service-worker.js");
    const look = (): void => {
      if (registration?.waiting && registration.active) change({ updateWaits: true });
    };
    const follow = (): void => registration?.installing?.addEventListener("statechange", look);
    registration.addEventListener("updatefound", follow);
    follow();
    look();
  };
  let asked = false;
  store.show(({ network }) => {
    if (asked || network.phase !== "ready") return;
    asked = true;
    // Where it is refused, by a private window say, the page works as it would without.
    register().catch(() => {});
  });
  return () => registration?.waiting?.postMessage("take over");
}
