// Times loads of the page: from the start of the navigation until the page is
// live, with nothing in the cache. Beside it the least page that can say so,
// from the same server to the same browser: the floor under any page.
//
// Arguments: the address of that least page, and how many loads of each.
// Prints JSON: { page: [ms…], vanilla: [ms…] }

import { READY, VIEWPORTS, env, launch } from './browser.mjs';

const [, , vanillaUrl, loads] = process.argv;
const browser = await launch();

async function load(url) {
  // A new context has an empty cache.
  const context = await browser.newContext({ viewport: VIEWPORTS.desktop });
  await context.addInitScript((ready) => {
    const look = () => {
      if (globalThis.readyMs === undefined && document.querySelector(ready)) {
        globalThis.readyMs = performance.now();
      }
    };
    new MutationObserver(look).observe(document, { subtree: true, childList: true, attributes: true });
  }, READY);
  const page = await context.newPage();
  await page.goto(url);
  const handle = await page.waitForFunction(() => globalThis.readyMs, null, { timeout: 30_000 });
  const ms = await handle.jsonValue();
  await context.close();
  return ms;
}

// The browser itself is slow at its first page: one of each is not counted.
await load(vanillaUrl);
await load(env.url);
const times = { page: [], vanilla: [] };
for (let i = 0; i < Number(loads); i += 1) {
  times.vanilla.push(await load(vanillaUrl));
  times.page.push(await load(env.url));
}
await browser.close();
console.log(JSON.stringify(times));
