// Keeps the pages and, after the first check, the engine, so that checking works without a network.
//
// Cached answers keep their headers, so the content security policy holds offline too. Pages come from the network
// first: a new version is seen at once. Hashed files never change, so they come from the cache first, and from that of
// the version before too: a page that was open when a new version came may still ask for a part of its own.

/// <reference lib="webworker" />

declare const __LABELER_FILES__: { version: string; shell: string[]; used: string[]; engine: string[] };

const worker = self as unknown as ServiceWorkerGlobalScope;
const files = __LABELER_FILES__;
const CACHE = `labeler-${files.version}`;

worker.addEventListener('install', (event) => {
  event.waitUntil(
    caches
      .open(CACHE)
      .then((cache) => cache.addAll(files.shell))
      .then(() => worker.skipWaiting()),
  );
});

worker.addEventListener('activate', (event) => {
  event.waitUntil(removeOldVersions());
});

worker.addEventListener('message', (event) => {
  // Only on request: claiming a page makes browsers drop it from the back/forward cache. The pages know where they come
  // from and ask when it does no harm.
  if (event.data === 'take-charge') event.waitUntil(worker.clients.claim());
  // Sent after the engine has run for the first time; visitors who never check do not download it.
  else if (event.data === 'keep-engine') event.waitUntil(keep(files.engine));
  // Files that a page loaded before this worker controlled it, such as its language.
  else if (Array.isArray(event.data?.loaded))
    event.waitUntil(keep(files.used.filter((path) => event.data.loaded.includes(path))));
});

worker.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== worker.location.origin) return;
  if (request.mode === 'navigate') event.respondWith(pageFirstFromNetwork(request, url));
  else if (url.pathname.startsWith('/assets/') || files.shell.includes(url.pathname))
    event.respondWith(fileFirstFromCache(request, url));
});

async function pageFirstFromNetwork(request: Request, url: URL): Promise<Response> {
  try {
    return await fetch(request);
  } catch (cause) {
    const kept = await caches.match(url.pathname, { cacheName: CACHE });
    if (kept) return kept;
    throw cause;
  }
}

async function fileFirstFromCache(request: Request, url: URL): Promise<Response> {
  // Only hashed names mean the same in every version.
  const kept = await caches.match(url.pathname, url.pathname.startsWith('/assets/') ? {} : { cacheName: CACHE });
  if (kept) return kept;
  const response = await fetch(request);
  if (response.ok && files.used.includes(url.pathname)) {
    const cache = await caches.open(CACHE);
    await cache.put(url.pathname, response.clone());
  }
  return response;
}

async function keep(paths: string[]): Promise<void> {
  const cache = await caches.open(CACHE);
  const kept = new Set((await cache.keys()).map((request) => new URL(request.url).pathname));
  await cache.addAll(paths.filter((path) => !kept.has(path)));
}

/** Removes all versions but this one and the previous one, which open pages may still use. */
async function removeOldVersions(): Promise<void> {
  const older = (await caches.keys()).filter((name) => name.startsWith('labeler-') && name !== CACHE);
  await Promise.all(older.slice(0, -1).map((name) => caches.delete(name)));
}
