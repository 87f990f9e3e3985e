// In a page that is built for trying things out: what an earlier page left here goes away, so that
// each change is seen at once.

const OURS = `ctscope ${new URL(self.registration.scope).pathname} `;

async function leave() {
  for (const name of await caches.keys()) {
    if (name.startsWith(OURS)) await caches.delete(name);
  }
  const pages = await clients.matchAll({ type: 'window' });
  await self.registration.unregister();
  for (const page of pages) await page.navigate(page.url).catch(() => {});
}

addEventListener('install', () => skipWaiting());
addEventListener('activate', (event) => event.waitUntil(leave()));
