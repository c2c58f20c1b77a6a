import type { Store } from "../state.js";
import type { Offline } from "./offline.js";
import type { Order } from "./told.js";

// A page may stay open for days.
const LOOK_EVERY_MS = 3_600_000;

/**
 * Has a service worker keep the page's files once the network is loaded, so that it does not wait for them, and
 * follows whether a newer version waits, for which it looks again when the page comes back to sight. Returns what
 * lets that version take over, in all tabs.
 */
export function keepPage(store: Store): () => void {
  if (!("serviceWorker" in navigator)) return () => {};
  const { serviceWorker } = navigator;
  let registration: ServiceWorkerRegistration | undefined;
  const change = (part: Partial<Offline>): void => store.changeIn("offline", part);

  change({ kept: serviceWorker.controller !== null });
  // Refused, by a private window say, there is none.
  let isKept = serviceWorker.getRegistration().then(
    (before) => Boolean(before?.active),
    () => false,
  );
  serviceWorker.addEventListener("controllerchange", async () => {
    const isNewer = await isKept;
    isKept = Promise.resolve(true);
    if (isNewer) location.reload();
    else change({ kept: true });
  });

  const look = (): void => {
    if (registration?.waiting && registration.active) change({ updateWaits: true });
  };
  const register = async (): Promise<void> => {
    registration = await serviceWorker.register("./service-worker.js");
    const follow = (): void => registration?.installing?.addEventListener("statechange", look);
    registration.addEventListener("updatefound", follow);
    follow();
    look();
  };
  let lookedAt = Date.now();
  document.addEventListener("visibilitychange", () => {
    if (document.hidden || !registration || Date.now() - lookedAt < LOOK_EVERY_MS) return;
    lookedAt = Date.now();
    registration.update().then(look, () => {});
  });
  let asked = false;
  store.show(({ network }) => {
    if (asked || network.phase !== "ready") return;
    asked = true;
    // Where it is refused, the page works as it would without.
    register().catch(() => {});
  });
  return () => registration?.waiting?.postMessage("take over" satisfies Order);
}
