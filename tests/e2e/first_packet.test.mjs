// The first minutes with the page, by clicks and keys alone.

import assert from 'node:assert/strict';
import { test } from './harness.mjs';
import { card, everything, forwardUntil, narration, places } from './steps.mjs';

test('a connection lives and dies before one’s eyes, and stepping back undoes it all', async (page) => {
  const start = await narration(page);
  assert.match(start, /first packet/i);

  // The first press sends the SYN that the page suggests.
  await page.press('ArrowRight');
  const first = await everything(page);
  const firstSentence = await narration(page);

  await forwardUntil(page, async () => (await places(page, 'c1')).includes('unconfirmed original'));
  assert.deepEqual(await places(page, 'c1'), ['unconfirmed original']);
  assert.equal(await card(page, 'c1', 'place'), 'unconfirmed');

  await forwardUntil(page, async () => (await card(page, 'c1', 'place')) === 'table');
  await forwardUntil(page, async () => (await places(page, 'c1')).length === 2);
  assert.deepEqual(await places(page, 'c1'), ['bucket 1 reply', 'bucket 3 original']);
  assert.equal(await card(page, 'c1', 'use'), '2', 'the table and the packet hold it');

  await page.press('End');
  assert.equal(await card(page, 'c1', 'use'), '1', 'the packet is gone');

  // The bench suggests the answer; the lookup finds the reply tuple.
  await page.raw.getByRole('button', { name: /^SYN-ACK/ }).click();
  await forwardUntil(page, async () => /reply tuple/i.test(await narration(page)));
  await page.press('End');
  assert.equal(await card(page, 'c1', 'state'), 'SYN_RECV');
  assert.match(await card(page, 'c1', 'status'), /SEEN_REPLY/);

  // Time runs out; nothing happens to the connection until gc comes.
  await page.press('Shift+T');
  await page.press('End');
  assert.equal(await card(page, 'c1', 'place'), 'table', 'expired, and still linked');
  for (let run = 0; run < 8 && (await card(page, 'c1', 'place')) === 'table'; run += 1) {
    await page.click('Run gc');
    const seen = new Set();
    await forwardUntil(page, async () => {
      seen.add(await card(page, 'c1', 'place'));
      const [at, of] = (await page.ct('step').innerText()).split('/').map(Number);
      return at === of;
    });
    if (seen.has('dying')) {
      assert.ok(seen.has('freed'), `it was seen ${[...seen].join(', ')}`);
    }
  }
  assert.notEqual(await card(page, 'c1', 'place'), 'table', 'eight runs visit eight buckets');

  // All the way back.
  await page.press('Home');
  assert.equal(await narration(page), start);
  await page.press('ArrowRight');
  assert.equal(await narration(page), firstSentence);
  assert.equal(await everything(page), first, 'the page is what it was');
});

test('stepping back and forward over a whole packet changes nothing', async (page) => {
  await page.line('udp 10.0.0.10:5000 > 192.0.2.53:53 len=12');
  await page.press('Home', 'ArrowRight');
  const forward = [];
  for (let at = 0; at < 60; at += 1) {
    forward.push(await everything(page));
    const [now, of] = (await page.ct('step').innerText()).split('/').map(Number);
    if (now === of) break;
    await page.press('ArrowRight');
  }
  assert.ok(forward.length > 20, `${forward.length} steps`);
  for (let at = forward.length - 2; at >= 0; at -= 1) {
    await page.press('ArrowLeft');
    assert.equal(await everything(page), forward[at], `step ${at + 1}`);
  }
});

test('only keys: send, step, reply, time, gc, help and back', async (page) => {
  await page.press('n');
  await page.press('Shift+ArrowRight');
  assert.equal(await card(page, 'c1', 'state'), 'SYN_SENT');
  await page.press('n', 'End', 'n', 'End');
  assert.equal(await card(page, 'c1', 'state'), 'ESTABLISHED');
  await page.press('g', 'End');
  assert.equal(await card(page, 'c1', 'place'), 'table');
  await page.press('?');
  await page.raw.getByRole('dialog').waitFor();
  await page.press('Escape');
  assert.equal(await page.raw.getByRole('dialog').count(), 0);
  await page.press('/');
  assert.equal(await page.raw.evaluate(() => document.activeElement.dataset.ct), 'console');
});
