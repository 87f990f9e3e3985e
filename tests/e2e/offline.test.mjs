// The page without its host: what was loaded once opens again, whole, and a newer version comes
// only when it is whole and wanted.

import assert from 'node:assert/strict';
import { env } from './browser.mjs';
import { test } from './harness.mjs';
import { Site } from './site.mjs';
import { card } from './steps.mjs';

const PACKET = 'udp 10.0.0.10:5000 > 192.0.2.53:53';

/** Each loads the page many times. */
const LONG = 400_000;

/** A test with a page on a host of its own. */
function testSite(name, body) {
  const options = { worker: true, at: 'about:blank', without: 'none', timeout: LONG };
  test(name, options, async (page) => {
    const site = await Site.open();
    try {
      page.base = site.url;
      await body(page, site);
    } finally {
      await site.close();
    }
  });
}

/** Waits until a worker keeps the page, and the page is served by it. */
async function kept(page) {
  await page.raw.evaluate(async () => {
    const { active } = await navigator.serviceWorker.ready;
    while (active.state !== 'activated') {
      await new Promise((done) => active.addEventListener('statechange', done, { once: true }));
    }
  });
  await page.raw.reload();
  await page.live();
  assert.ok(await page.raw.evaluate(() => navigator.serviceWorker.controller !== null));
}

/** Which builds the parts of the page are of. */
function builds(page) {
  return page.raw.evaluate(() => [
    document.documentElement.dataset.build ?? '',
    getComputedStyle(document.documentElement).getPropertyValue('--build').replaceAll('"', '').trim(),
  ]);
}

/** How many builds are kept. */
const caches = (page) => page.raw.evaluate(async () => (await window.caches.keys()).length);

/** The worker that waits is there. */
function waiting(page) {
  return page.raw.waitForFunction(async () => {
    const registration = await navigator.serviceWorker.getRegistration();
    return registration.waiting !== null;
  });
}

async function sendsFirstPacket(page) {
  await page.line(PACKET);
  await page.press('End');
  assert.equal(await card(page, 'c1', 'place'), 'table');
}

testSite('offline: what was loaded once opens and works without its host', async (page, site) => {
  await page.goto('');
  await kept(page);
  await site.stop();
  await page.raw.reload();
  await page.live();
  for (const at of ['index.html', '?from=the-course#first-packet&at=2.8&view=lookup', '?again']) {
    await page.goto(at);
  }
  await sendsFirstPacket(page);
});

testSite('offline: a newer version is all of it or none, and comes when it is wanted', async (page, site) => {
  await page.goto('');
  await kept(page);
  assert.deepEqual(await builds(page), ['', '']);
  site.deploy('B');

  // It is fetched behind the page, which stays as it is, also when it is loaded again.
  await page.raw.reload();
  await page.live();
  assert.deepEqual(await builds(page), ['', '']);
  await page.raw.getByText('A new version is here.').waitFor();
  await waiting(page);
  await page.raw.reload();
  await page.live();
  assert.deepEqual(await builds(page), ['', '']);

  await page.line(PACKET);
  await page.press('Home', 'ArrowRight', 'ArrowRight', 'ArrowRight');
  const step = await page.ct('step').innerText();
  await page.raw.evaluate(() => { window.old = true; });
  await page.button('Reload').click();
  await page.raw.waitForFunction(() => window.old === undefined);
  await page.live();
  assert.deepEqual(await builds(page), ['B', 'B']);
  assert.equal(await page.ct('step').innerText(), step, 'at the same step');
  assert.equal(await page.ct('newer').innerText(), '');

  await page.raw.waitForFunction(async () => (await window.caches.keys()).length === 1);
  await site.stop();
  await page.goto('?later');
  assert.deepEqual(await builds(page), ['B', 'B']);
  await sendsFirstPacket(page);
});

testSite('offline: a version that is not whole on the host does not come', async (page, site) => {
  await page.goto('');
  await kept(page);
  site.deploy('B');
  // One file of it is not there yet: it is still another build's.
  const name = /styles-B\.css/.exec(site.text('index.html'))[0];
  site.write(name, ':root { --build: "C"; }');
  site.asked = [];
  await page.raw.reload();
  await page.live();
  await page.raw.waitForFunction(async () => {
    const registration = await navigator.serviceWorker.getRegistration();
    return registration.installing === null && registration.waiting === null;
  });
  while (!site.asked.some((path) => path.endsWith(name))) {
    await page.raw.evaluate(async () => (await navigator.serviceWorker.getRegistration()).update())
      .catch(() => {});
  }
  await page.raw.waitForFunction(async () => (await window.caches.keys()).length === 1);
  assert.equal(await page.ct('newer').innerText(), '');
  await site.stop();
  await page.goto('?later');
  assert.deepEqual(await builds(page), ['', '']);
  await sendsFirstPacket(page);
  page.complaints = page.complaints.filter((text) => !/integrity|digest/i.test(text));
});

testSite('offline: another copy on the same host keeps what it has', async (page) => {
  await page.goto('');
  await page.raw.evaluate(() => window.caches.open('ctscope /course/ other'));
  await kept(page);
  assert.equal(await caches(page), 2);
});

testSite('offline: a figure in somebody\'s text keeps nothing', async (page) => {
  await page.goto('?embed#first-packet&at=1.4');
  await page.click('Step forward', 3);
  assert.equal(await page.raw.evaluate(async () => (
    (await navigator.serviceWorker.getRegistrations()).length)), 0);
  assert.equal(await caches(page), 0);
});

testSite('offline: the browser can install the page', async (page) => {
  await page.goto('');
  const address = await page.raw.locator('link[rel=manifest]').evaluate((link) => link.href);
  const manifest = await (await page.raw.request.get(address)).json();
  assert.deepEqual([manifest.start_url, manifest.scope], ['./', './']);
  // Only Chromium installs pages on every system, and says what hinders it.
  if (env.name === 'chromium') {
    const session = await page.raw.context().newCDPSession(page.raw);
    const { url, errors } = await session.send('Page.getAppManifest');
    assert.deepEqual([url, errors], [address, []]);
    const { installabilityErrors } = await session.send('Page.getInstallabilityErrors');
    const ids = installabilityErrors.map(({ errorId }) => errorId);
    // A profile without a past is, for Chromium, one that leaves no trace.
    assert.deepEqual(ids.filter((id) => id !== 'in-incognito'), []);
  }
  for (const { src, sizes, type } of manifest.icons) {
    const icon = await page.raw.request.get(new URL(src, page.base).href);
    assert.equal(icon.headers()['content-type'], type, src);
    if (type === 'image/png') {
      const size = (await icon.body()).readUInt32BE(16);
      assert.equal(`${size}x${size}`, sizes, src);
    }
  }
});
