import type { Order, Told } from "../src/offline/told.js";

declare const self: ServiceWorkerGlobalScope;

/** The files of this version by their path and with their SHA-256; the build puts them here. */
declare const FILES: Readonly<Record<string, string>>;

const at = (path: string): string => new URL(path, self.registration.scope).href;

// Entries are named by what is in them, so that two versions share what they have in common and never mix.
const files = Object.entries(FILES).map(([path, hash]) => ({
  url: at(path),
  hash,
  key: at(`${path}?${hash}`),
}));
const keys = new Map(files.map(({ url, key }) => [url, key]));
keys.set(at("index.html"), keys.get(at(""))!);
const openCache = (): Promise<Cache> => caches.open(`wideye ${self.registration.scope}`);

self.addEventListener("install", (event) => event.waitUntil(keepFiles()));
self.addEventListener("activate", (event) => event.waitUntil(takeOver()));
self.addEventListener("message", ({ data }: { data: Order }) => {
  if (data === "take over") void self.skipWaiting();
});
self.addEventListener("fetch", (event) => {
  const { method, url } = event.request;
  const address = url.replace(/[?#].*/, "");
  const key = keys.get(address);
  if (method === "POST" && address === at("share")) event.respondWith(takeShared(event.request));
  else if (method === "GET" && address === at("shared")) event.respondWith(giveShared());
  else if (method === "GET" && key) event.respondWith(answer(event, key));
  else event.waitUntil(tell(event));
});

async function keepFiles(): Promise<void> {
  const cache = await openCache();
  const keep = async ({ url, hash, key }: (typeof files)[number]): Promise<void> => {
    if (await cache.match(key)) return;
    // What the browser has from the visit is taken, however old, where it is this version.
    const response = await fetch(url, { cache: "force-cache", integrity: hash }).catch(() =>
      fetch(url, { cache: "reload", integrity: hash }),
    );
    if (!response.ok) throw new Error(`${url} answered ${response.status}`);
    await cache.put(key, response);
  };
  await Promise.all(files.map(keep));
}

async function takeOver(): Promise<void> {
  const cache = await openCache();
  const current = new Set([...keys.values(), at("shared")]);
  for (const { url } of await cache.keys()) {
    if (!current.has(url)) await cache.delete(url);
  }
  await self.clients.claim();
}

async function answer(event: FetchEvent, key: string): Promise<Response> {
  const response = await (await openCache()).match(key, { ignoreVary: true });
  if (response) return response;
  await tell(event);
  return fetch(event.request);
}

/** Tells the page what goes on to a server; a request that no page is known to have made is told to all. */
async function tell({ clientId, request }: FetchEvent): Promise<void> {
  const client = await self.clients.get(clientId);
  const pages = client?.type === "window" ? [client] : await self.clients.matchAll({ type: "window" });
  for (const page of pages) page.postMessage({ asked: request.url } satisfies Told);
}

/** Keeps what another app shares until the page that opens for it asks. */
async function takeShared(request: Request): Promise<Response> {
  const form = await request.formData();
  await (await openCache()).put(at("shared"), new Response(form));
  return Response.redirect(at("?shared"), 303);
}

async function giveShared(): Promise<Response> {
  const cache = await openCache();
  const form = await (await cache.match(at("shared")))?.formData();
  await cache.delete(at("shared"));
  return form ? new Response(form) : new Response(null, { status: 404 });
}
