// Nothing leaves the page and nothing comes in: what its policy forbids, and that it asks for
// nothing after it was loaded, whatever is typed, opened or followed.

import assert from 'node:assert/strict';
import { ATTACKS, files, harm, links, typeEverywhere } from './attacks.mjs';
import { env } from './browser.mjs';
import { test } from './harness.mjs';
import { SINGLE } from './site.mjs';
import { card } from './steps.mjs';

const LONG = 900_000;

/** Notes from the first moment on what the policy stops. */
const LISTEN = `window.violations = [];
  addEventListener('securitypolicyviolation', (event) => {
    window.violations.push(event.effectiveDirective + ' ' + event.blockedURI + ' ' + event.sample);
  });`;

/** Watches a page from its next load on. Gives back what it asked for, to be emptied. */
async function watch(page) {
  const asked = [];
  page.raw.on('request', (request) => {
    if (!/^(data|blob):/.test(request.url())) asked.push(request.url());
  });
  page.raw.on('dialog', (dialog) => {
    page.complaints.push(`a dialog: ${dialog.message()}`);
    dialog.dismiss();
  });
  page.raw.on('popup', (popup) => page.complaints.push(`another window: ${popup.url()}`));
  await page.raw.addInitScript(LISTEN);
  await page.raw.reload();
  await page.live();
  await page.raw.evaluate(harm);
  asked.length = 0;
  return asked;
}

async function unharmed(page, asked, where) {
  assert.deepEqual(await page.raw.evaluate(harm), [], where);
  assert.deepEqual(asked, [], where);
}

/** The next visitor finds nothing broken. */
async function stillWorks(page) {
  await page.goto('?next');
  await page.line('udp 10.0.0.10:5000 > 192.0.2.53:53');
  await page.press('End');
  assert.notEqual(await card(page, 'c1', 'place'), null);
}

/** Each way of opening something, as the page offers it: by its bars, its tabs and its dialogs. */
const OPENERS = 'header button, nav button, nav a[href^="#"], [role=tab], .tabs button, '
  + '[data-ct="lenses"] button, dialog[open] [role=tab], dialog[open] summary';

/** Screens that have an address of their own. */
const ROUTES = [
  '#lessons', '#labs', '#lesson/first-packet', '#lab/lab-dns-race', '?embed', '#first-packet&at=2.8&view=lookup',
];

/** Goes from one screen to the next, and calls `look` on each. */
async function everyScreen(page, asked, look) {
  const names = () => page.raw.locator(OPENERS).evaluateAll((nodes) => nodes.map(
    (node) => (node.checkVisibility() ? node.ariaLabel ?? node.textContent.trim() : ''),
  ));
  const load = async (at) => {
    await page.goto(at);
    await page.raw.evaluate(harm);
    asked.length = 0;
  };
  await look('start');
  const opened = new Set(['', 'Reset']);
  const known = new Set();
  let afresh = false;
  for (;;) {
    const here = await names();
    for (const name of here) known.add(name);
    const at = here.findIndex((name) => !opened.has(name));
    if (at < 0) {
      // Some screens leave no way to the others: then from the start again, once for each.
      const left = [...known].filter((name) => !opened.has(name));
      if (left.length === 0) break;
      if (afresh) opened.add(left[0]);
      afresh = true;
      await load(`?screen=${opened.size}`);
      continue;
    }
    afresh = false;
    opened.add(here[at]);
    await page.raw.locator(OPENERS).nth(at).click({ timeout: 5_000 }).catch(() => {});
    await page.settled();
    await look(here[at]);
    if (await page.raw.locator('dialog[open]').count() > 0) await page.press('Escape');
  }
  for (const route of ROUTES) {
    // Another query makes the browser load the page, not only follow its fragment.
    await load(`?route${route.replace('?', '&')}`);
    await look(route);
  }
  return opened;
}

test('policy: hostile text in every field of every screen does nothing but be text', {
  timeout: LONG,
}, async (page) => {
  const asked = await watch(page);
  await page.line('tcp 10.0.0.10:40000 > 192.0.2.20:80 S seq=1000');
  await page.press('End');
  const fields = new Set();
  const screens = await everyScreen(page, asked, async (screen) => {
    const found = await page.raw.evaluate(typeEverywhere, [ATTACKS, [...fields]]);
    for (const name of found) fields.add(name);
    await unharmed(page, asked, screen);
  });
  for (const name of ['console', 'scenario-text']) {
    assert.ok(fields.has(name), `${name} among ${[...fields].join(', ')}`);
  }
  assert.ok(fields.size >= 8, [...fields].join(', '));
  assert.ok(screens.size >= 12, [...screens].join(', '));
});

test('policy: hostile files do nothing but be read', { timeout: LONG }, async (page) => {
  const asked = await watch(page);
  const given = new Set();
  await everyScreen(page, asked, async (screen) => {
    const inputs = page.raw.locator('input[type=file]');
    for (let at = 0; at < await inputs.count(); at += 1) {
      const name = await inputs.nth(at).evaluate((node) => node.outerHTML);
      if (given.has(name)) continue;
      given.add(name);
      for (const file of files()) {
        if (await inputs.count() <= at) break;
        await inputs.nth(at).setInputFiles(file);
        await page.settled();
      }
    }
    await unharmed(page, asked, screen);
  });
  await stillWorks(page);
});

test('policy: hostile links do nothing but be answered', { timeout: LONG }, async (page) => {
  const asked = await watch(page);
  for (const link of links()) {
    await page.raw.evaluate((text) => { location.hash = text; }, link);
    await page.settled();
    await unharmed(page, asked, link.slice(0, 100));
  }
  await stillWorks(page);
});

/** Runs in the page: tries what a script that got in would try. Gives back what worked. */
async function tryEverything(host) {
  const worked = [];
  const attempt = async (what, act) => {
    try {
      if (await act()) worked.push(what);
    } catch { /* it was stopped */ }
  };
  const add = (tag, attributes, text = '') => {
    const node = Object.assign(document.createElement(tag), attributes);
    node.append(text);
    document.body.append(node);
    return node;
  };
  const loads = (node) => new Promise((done) => {
    node.onload = () => done(true);
    node.onerror = () => done(false);
    setTimeout(() => done(false), 500);
  });
  await attempt('fetch from its own host', () => fetch(host).then(() => true));
  await attempt('XMLHttpRequest', () => {
    const request = new XMLHttpRequest();
    request.open('GET', host, false);
    request.send();
    return true;
  });
  await attempt('a beacon', () => navigator.sendBeacon(host, 'x') && false);
  await attempt('a socket', () => new Promise((done) => {
    const socket = new WebSocket(host.replace('http', 'ws'));
    socket.onerror = () => done(false);
    socket.onopen = () => done(true);
    setTimeout(() => done(false), 500);
  }));
  await attempt('a picture', () => loads(add('img', { src: `${host}?picture` })));
  await attempt('a frame', () => { add('iframe', { src: `${host}?frame` }); return false; });
  await attempt('a script in the page', () => {
    add('script', {}, 'window.ran = true');
    return window.ran === true;
  });
  await attempt('a script of its own host', () => loads(add('script', { src: `${host}worker.js` })));
  await attempt('eval', () => globalThis['ev' + 'al']('true'));
  await attempt('a handler', () => {
    const node = add('b', {});
    node.setAttribute('onclick', 'window.handled = true');
    node.click();
    return window.handled === true;
  });
  await attempt('a style sheet in the page', () => {
    add('style', {}, 'body { outline: 7px solid red }');
    return getComputedStyle(document.body).outlineWidth === '7px';
  });
  await attempt('a worker', () => new Promise((done) => {
    const worker = new Worker(URL.createObjectURL(new Blob(['postMessage(1)'])));
    worker.onmessage = () => done(true);
    worker.onerror = () => done(false);
  }));
  await attempt('another base', () => {
    add('base', { href: 'http://203.0.113.1/' });
    return document.baseURI.includes('203.0.113.1');
  });
  await attempt('a form', () => {
    add('form', { action: `${host}?form`, method: 'post' }).submit();
    return false;
  });
  await new Promise((done) => setTimeout(done, 300));
  return worked;
}

for (const [what, base] of [['the page', env.url], ['the single file', SINGLE]]) {
  test(`policy: a script that got into ${what} could do nothing`, { base }, async (page) => {
    const asked = await watch(page);
    assert.deepEqual(await page.raw.evaluate(tryEverything, env.url), []);
    assert.ok(await page.raw.evaluate(() => window.violations.length) >= 10);
    // A browser tells of what it then stops, too: what reached the host is what counts.
    const finished = [];
    page.raw.on('requestfinished', (request) => finished.push(request.url()));
    await page.settled();
    assert.deepEqual(finished, []);
    assert.ok(asked.every((url) => !url.includes('203.0.113.1')), asked.join(' '));
    page.complaints = [];
  });
}

test('policy: after a long session nothing is kept but settings and progress', {
  worker: true,
}, async (page) => {
  await page.line('tcp 10.0.0.10:40000 > 192.0.2.20:80 S seq=1000');
  await page.press('Home', 'ArrowRight', 'End', 'g', '?', 'Escape', '3', '0');
  await page.ct('theme').selectOption('dark');
  await page.click('Copy link');
  if (await page.raw.locator('#lessons-en').count() > 0) {
    await page.raw.evaluate(() => { location.hash = 'lesson/first-packet'; });
    await page.settled();
    await page.press('ArrowRight', 'ArrowRight', 'PageDown', 'PageDown');
  }
  const kept = await page.raw.evaluate(async () => ({
    local: Object.keys(localStorage),
    session: sessionStorage.length,
    cookies: document.cookie,
    databases: (await indexedDB.databases()).length,
    caches: await window.caches?.keys() ?? [],
  }));
  const known = ['ctscope.settings', 'ctscope.lessons'];
  assert.deepEqual(kept.local.filter((name) => !known.includes(name)), []);
  assert.ok(kept.local.includes('ctscope.settings'));
  assert.deepEqual([kept.session, kept.cookies, kept.databases], [0, '', 0]);
  assert.ok(kept.caches.every((name) => name.startsWith('ctscope /')), kept.caches.join(' '));
  const jar = await page.raw.context().cookies();
  assert.deepEqual(jar, []);
});
