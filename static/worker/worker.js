// Keeps one build of the page, whole, and serves the page from it: without a network, and never
// some files of one build and some of another. The build puts its name and the digest of every
// file in place of the words in doubled braces.

const BUILD = '{{build}}';

/** Every file of the build by its path, '' for the page itself, with its digest. */
const FILES = {{files}};

const SCOPE = new URL(self.registration.scope);

// Another copy of ctscope on this host has another scope, and caches of its own.
const OURS = `ctscope ${SCOPE.pathname} `;
const CACHE = OURS + BUILD;

const addressOf = (path) => new URL(path || './', SCOPE).href;

/** All files or none: one that is missing, or is of another build, ends the installation. */
async function keepAll() {
  const cache = await caches.open(CACHE);
  try {
    await Promise.all(Object.entries(FILES).map(([path, digest]) => keep(cache, path, digest)));
  } catch (error) {
    await caches.delete(CACHE);
    throw error;
  }
}

async function keep(cache, path, digest) {
  const address = addressOf(path);
  // The browser itself compares the digest; it asks the host whether its own copy is still right.
  const answer = await fetch(address, { integrity: digest, cache: 'no-cache' });
  if (!answer.ok) throw new Error(`${answer.status} for ${address}`);
  // A page may not be opened by an answer that came from elsewhere.
  await cache.put(address, answer.redirected ? new Response(answer.body, answer) : answer);
}

async function forgetOthers() {
  for (const name of await caches.keys()) {
    if (name.startsWith(OURS) && name !== CACHE) await caches.delete(name);
  }
}

/** The path of one of our files; undefined if the request is for anything else. */
function fileOf(request) {
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== SCOPE.origin) return undefined;
  if (!url.pathname.startsWith(SCOPE.pathname)) return undefined;
  const path = url.pathname.slice(SCOPE.pathname.length);
  if (request.mode === 'navigate' && path === 'index.html') return '';
  return Object.hasOwn(FILES, path) ? path : undefined;
}

async function serve(request, path) {
  const cache = await caches.open(CACHE);
  // Names change with their content: if the browser threw our cache away, the host is right.
  return (await cache.match(addressOf(path), { ignoreVary: true })) ?? fetch(request);
}

addEventListener('install', (event) => event.waitUntil(keepAll()));
addEventListener('activate', (event) => event.waitUntil(forgetOthers()));
addEventListener('fetch', (event) => {
  const path = fileOf(event.request);
  if (path !== undefined) event.respondWith(serve(event.request, path));
});
// Sent by the page when its reader wants the new version now.
addEventListener('message', (event) => {
  if (event.data === 'take over') skipWaiting();
});
