// Service worker of the verify page only: keeps the page, its scripts and the trusted keys, so that a guard can verify
// without a network. It keeps what the page lists and nothing else: no certificate ever passes through it.
// SPDX-License-Identifier: Apache-2.0

interface Extendable {
  waitUntil(work: Promise<unknown>): void;
}
interface FetchLike extends Extendable {
  readonly request: Request;
  respondWith(answer: Promise<Response>): void;
}
interface MessageLike extends Extendable {
  readonly data: { readonly page: string; readonly keep: readonly string[] };
  readonly ports: readonly MessagePort[];
}
interface Worker {
  skipWaiting(): Promise<void>;
  readonly clients: { claim(): Promise<void> };
  addEventListener(kind: "install" | "activate", listener: (event: Extendable) => void): void;
  addEventListener(kind: "fetch", listener: (event: FetchLike) => void): void;
  addEventListener(kind: "message", listener: (event: MessageLike) => void): void;
}

const worker = globalThis as unknown as Worker;
const prefix = "sakshi-verify:";

worker.addEventListener("install", (event) => event.waitUntil(worker.skipWaiting()));
worker.addEventListener("activate", (event) => event.waitUntil(worker.clients.claim()));

worker.addEventListener("message", (event) => {
  event.waitUntil(
    keep(event.data.page, event.data.keep).then(
      () => event.ports[0]?.postMessage("kept"),
      // Offline already, or no room: the page works while there is a network.
      () => event.ports[0]?.postMessage("not kept"),
    ),
  );
});

/** All or nothing: a half-kept page would fail when it is needed. What the page no longer lists is dropped. */
async function keep(page: string, addresses: readonly string[]): Promise<void> {
  const cache = await caches.open(prefix + page);
  const wanted = new Set(addresses.filter(Boolean).map((address) => new URL(address, location.href).href));
  await cache.addAll([...wanted]);
  for (const request of await cache.keys()) if (!wanted.has(request.url)) await cache.delete(request);
}

worker.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET" || new URL(request.url).origin !== location.origin) return;
  event.respondWith(new URL(request.url).pathname.startsWith("/assets/") ? keptFirst(request) : networkFirst(request));
});

/** Assets are named by their content: a kept one is never old. */
async function keptFirst(request: Request): Promise<Response> {
  return (await caches.match(request)) ?? fetch(request);
}

/** The page and the keys: fresh if there is a network, else as kept. */
async function networkFirst(request: Request): Promise<Response> {
  try {
    const fresh = await fetch(request);
    const isKept = fresh.ok && (await caches.match(request, { ignoreSearch: true })) !== undefined;
    if (isKept) await refresh(request, fresh.clone());
    return fresh;
  } catch (error) {
    const kept = await caches.match(request, { ignoreSearch: true });
    if (kept) return kept;
    throw error;
  }
}

async function refresh(request: Request, response: Response): Promise<void> {
  for (const name of await caches.keys()) {
    if (!name.startsWith(prefix)) continue;
    const cache = await caches.open(name);
    if (await cache.match(request)) await cache.put(request, response.clone());
  }
}
