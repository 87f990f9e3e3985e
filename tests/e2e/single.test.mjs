// The page in one file, opened from a disk by a browser without a network.

import assert from 'node:assert/strict';
import { pathToFileURL } from 'node:url';
import { join } from 'node:path';
import { env } from './browser.mjs';
import { test } from './harness.mjs';
import { SINGLE } from './site.mjs';
import { card, narration, places } from './steps.mjs';

const SLOW = 240_000;

/** A test with the file, and nothing else, to be had. */
function testSingle(name, body) {
  test(name, { base: SINGLE, at: 'about:blank', without: 'none', timeout: SLOW }, async (page) => {
    const asked = [];
    page.raw.on('request', (request) => asked.push(request.url().split('#')[0]));
    // Firefox is driven so that it cannot be cut off; it reaches nothing but this machine anyhow.
    if (env.name !== 'firefox') await page.raw.context().setOffline(true);
    await body(page);
    assert.deepEqual(asked.filter((url) => url !== SINGLE && !url.startsWith('data:')), []);
  });
}

testSingle('the single file runs the first packet from a disk, without a network', async (page) => {
  await page.goto('');
  await page.line('tcp 192.168.1.2:47562 > 10.0.0.2:80 S seq=1000');
  await page.press('End');
  assert.equal(await card(page, 'c1', 'place'), 'table');
  assert.deepEqual(await places(page, 'c1'), ['bucket 1 reply', 'bucket 3 original']);
});

testSingle('the single file opens a link on its step', async (page) => {
  await page.goto('#first-packet&at=2.8&view=lookup');
  assert.match(await page.ct('step').innerText(), /^\d+ \/ \d+$/);
  assert.equal(await page.ct('lenses').getAttribute('data-lens'), 'lookup');
  assert.match(await narration(page), /\w/);
});

testSingle('the single file runs lesson one to its end', async (page) => {
  await page.goto('#lesson/first-packet');
  const stop = () => page.ct('lesson-card').getAttribute('data-stop');
  assert.equal(await stop(), '0');
  const seen = new Set();
  const end = page.ct('lesson-end');
  for (let presses = 0; presses < 60 && (await end.count()) === 0; presses += 1) {
    seen.add(await stop());
    const skip = page.raw.locator('.lcard [data-act="Skip"]');
    const answered = (await page.ct('lesson-reveal').count()) > 0;
    const next = !answered && (await skip.count()) > 0 ? skip : page.raw.locator('#lesson-go');
    await next.click();
    await page.settled();
  }
  assert.equal(await end.count(), 1, `at stop ${await stop()}`);
  assert.ok(seen.size >= 5, [...seen].join(' '));
});

testSingle('the single file keeps what was chosen, and nothing that asks for a host', async (page) => {
  await page.goto('');
  await page.ct('theme').selectOption('dark');
  await page.settled();
  await page.raw.reload();
  await page.live();
  assert.equal(await page.raw.evaluate(() => document.documentElement.dataset.theme), 'dark');
  assert.equal(await page.raw.locator('link[rel=manifest], link[rel=stylesheet]').count(), 0);
  const policies = await page.raw.locator('meta[http-equiv]').evaluateAll(
    (nodes) => nodes.map((node) => node.content),
  );
  assert.match(policies[0], /^default-src 'none'; script-src 'wasm-unsafe-eval'( 'sha256-[^']+')+; /);
  assert.doesNotMatch(policies[0], /connect-src|'self'/);
});

test('the page in many files, opened from a disk, says in words why it cannot start', {
  base: pathToFileURL(join(env.dist, 'index.html')).href, without: 'none', timeout: SLOW,
}, async (page) => {
  await page.raw.getByText('could not start here').waitFor();
  const why = await page.raw.locator('#first-because').innerText();
  assert.match(why, /did not load/);
  assert.match(why, /ctscope\.html/);
  page.complaints = [];
});
