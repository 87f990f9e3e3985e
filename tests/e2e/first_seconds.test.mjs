// The first ten seconds: a person who never heard of conntrack sends a packet, is asked one
// question, and sees why one connection has two entries. Only → and one click.

import assert from 'node:assert/strict';
import { env } from './browser.mjs';
import { VIEWPORTS, test } from './harness.mjs';
import { card, focus, narration, places } from './steps.mjs';

const FIRST = { first: true };
const QUESTION = 'It is accepted. How many table entries will it get?';

const said = (page) => page.ct('guide').locator('.guide__text').innerText();
const go = (page) => page.raw.locator('#guide-go').innerText();

/** Presses → until the guide says so; gives back how often. */
async function until(page, pattern) {
  for (let presses = 0; presses < 10; presses += 1) {
    if (pattern.test(`${await said(page)} ${await go(page)}`)) return presses;
    await page.press('ArrowRight');
  }
  return assert.fail(`never ${pattern}: ${await said(page)}`);
}

test('one connection, two entries, in twenty seconds and one click', FIRST, async (page) => {
  const began = Date.now();
  const page0 = await (await fetch(env.url)).text();
  assert.match(page0, /role="status"[^>]*>Linux remembers connections\. Send the first packet\.</);
  assert.match(page0, /aria-label="The hash table: 8 buckets, all empty"/);

  assert.equal(await narration(page), 'Linux remembers connections. Send the first packet.');
  assert.match(await go(page), /^Send SYN\s*→$/);
  const at = await focus(page);
  assert.equal(at.id, 'guide-go');
  assert.ok(at.shown, 'one sees where → and Enter go');

  await page.press('ArrowRight');
  assert.match(await narration(page), /tuple of s1 is 192\.168\.1\.2:47562 → 10\.0\.0\.2:80/);
  let presses = 1;
  presses += await until(page, /How many table entries/);
  assert.equal(await said(page), QUESTION);
  assert.deepEqual(await places(page, 'c1'), ['unconfirmed original']);
  assert.equal(await card(page, 'c1', 'place'), 'unconfirmed');

  await page.click('2 entries');
  assert.match(await said(page), /^Two it is\. One connection, two entries/);
  assert.deepEqual(await places(page, 'c1'), ['bucket 1 reply', 'bucket 3 original']);
  assert.equal(await card(page, 'c1', 'place'), 'table');
  // Firefox is driven more slowly than a person is.
  if (env.name !== 'firefox') {
    assert.ok(Date.now() - began < 20_000, 'the script alone takes less than a person may');
  }
  assert.equal((await focus(page)).id, 'guide-go', 'the focus stays with what is next');

  presses += await until(page, /Now let the reply come/);
  await page.press('ArrowRight');
  presses += 1 + await until(page, /found by the second entry/);
  assert.equal(await card(page, 'c1', 'state'), 'SYN_RECV');
  assert.ok(presses <= 12, `${presses} presses`);

  await page.press('Enter');
  assert.equal(await page.ct('guide').count(), 0);
  assert.ok((await focus(page)).inPage, 'the focus is not lost');
  await page.raw.reload();
  await page.ct('app', { ready: true }).waitFor();
  assert.equal(await page.ct('guide').count(), 0, 'nobody is shown round twice');
});

test('a wrong answer is told what is right, and stops nothing', FIRST, async (page) => {
  await until(page, /How many table entries/);
  await page.click('1 entry');
  assert.match(await said(page), /^It is two\. One connection, two entries/);
  await page.press('ArrowLeft');
  assert.equal(await said(page), QUESTION, 'it can be asked again');
});

test('a question that is not answered stops nothing', FIRST, async (page) => {
  await until(page, /How many table entries/);
  await page.press('ArrowRight');
  assert.match(await said(page), /^One connection, two entries/);
});

test('→ and ← are exact inverses while one is shown round', FIRST, async (page) => {
  const seen = [];
  await page.press('ArrowRight');
  for (let at = 0; at < 6; at += 1) {
    seen.push([await narration(page), await said(page), await places(page, 'c1')]);
    await page.press('ArrowRight');
  }
  for (const before of seen.reverse()) {
    await page.press('ArrowLeft');
    assert.deepEqual([await narration(page), await said(page), await places(page, 'c1')], before);
  }
});

test('loading anew goes on where one was', FIRST, async (page) => {
  await until(page, /How many table entries/);
  await page.raw.reload();
  await page.ct('app', { ready: true }).waitFor();
  await page.settled();
  assert.equal(await said(page), QUESTION);
});

test('free play, or anything of one’s own, ends it at once', FIRST, async (page) => {
  await page.click('free play');
  assert.equal(await page.ct('guide').count(), 0);
  assert.ok((await focus(page)).inPage, 'the focus is not lost');
  await page.press('ArrowRight');
  assert.match((await page.ct('step').innerText()).trim(), /^1 \/ 42$/, 'step by step, as chosen');
});

test('on a phone it is the same, by thumb', { ...FIRST, viewport: VIEWPORTS.phone }, async (page) => {
  assert.ok(await page.button('Send SYN').isVisible());
  await page.click('Send SYN');
  for (let taps = 0; taps < 6 && await said(page) !== QUESTION; taps += 1) await page.click('Step on');
  const box = await page.button('2 entries').boundingBox();
  assert.ok(box.height >= 44 && box.width >= 44, 'large enough for a thumb');
  await page.click('2 entries');
  assert.deepEqual(await places(page, 'c1'), ['bucket 1 reply', 'bucket 3 original']);
});
