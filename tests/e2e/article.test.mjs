// The article's own example, 192.168.1.2:47562 to 10.0.0.2:80 by TCP, through figures 3 to 6. For
// each numbered step: the badge, the sentence, and the object that is marked.

import assert from 'node:assert/strict';
import { test } from './harness.mjs';
import { card, figure, forwardUntil, narration, places } from './steps.mjs';

/** A numbered step of the article: figure, what the sentence says, the object that is marked. */
const PACKET = [
  ['3.1', /tuple/i, 'skb s1'],
  ['3.2', /hash/i, 'hash'],
  ['3.3', /bucket 3/i, 'bucket 3'],
  ['3.5', /no entry fits/i, 'bucket 3'],
  ['4.1', /original/i, null],
  ['4.2', /reply|invert/i, null],
  ['4.3', /c1/, 'conn c1'],
  ['6.1', /c1/, 'conn c1'],
  ['4.4', /unconfirmed/i, 'tuplehash c1 original'],
  ['4.5', /s1/, 'conn c1'],
  ['5.1', /bucket/i, null],
  ['5.2', /unconfirmed/i, 'conn c1'],
  ['5.3', /confirmed/i, 'conn c1'],
  ['5.4', /bucket 3/i, 'tuplehash c1 original'],
  ['5.4', /bucket 1/i, 'tuplehash c1 reply'],
  ['6.2', /c1|lock/i, null],
];

/** The objects that are marked as what this step is about: ["bucket 3", "tuplehash c1 reply"]. */
function marked(page) {
  return page.raw.evaluate(() =>
    [...document.querySelectorAll('[data-marked="true"]')].map((node) => {
      const { ct, bucket, conn, dir, skb } = node.dataset;
      return [ct, bucket, conn, dir, skb].filter((part) => part !== undefined).join(' ');
    }),
  );
}

async function expectStep(page, [number, words, object]) {
  await forwardUntil(page, async () => (await figure(page)) === number, 40, `at ${number}`);
  const said = await narration(page);
  assert.match(said, words, `figure ${number}: ${said}`);
  if (object !== null) {
    const seen = await marked(page);
    assert.ok(seen.includes(object), `figure ${number}: marked are ${seen.join(', ')}; ${said}`);
  }
}

test('the first packet goes through figures 3, 4 and 5', async (page) => {
  await page.line('tcp 192.168.1.2:47562 > 10.0.0.2:80 S seq=1000');
  await page.press('Home', 'ArrowRight');
  for (const step of PACKET) {
    await expectStep(page, step);
    await page.press('ArrowRight');
  }
  await page.press('End');
  assert.deepEqual(await places(page, 'c1'), ['bucket 1 reply', 'bucket 3 original']);
});

test('the reply goes through figure 3 to the match', async (page) => {
  await page.line('tcp 192.168.1.2:47562 > 10.0.0.2:80 S seq=1000');
  await page.press('End');
  await page.line('tcp 10.0.0.2:80 > 192.168.1.2:47562 SA seq=5000 ack=1001');
  for (const step of [
    ['3.1', /tuple/i, 'skb s2'],
    ['3.2', /hash/i, 'hash'],
    ['3.3', /bucket 1/i, 'bucket 1'],
    ['3.4', /match/i, 'tuplehash c1 reply'],
    ['3.5', /c1/, 'tuplehash c1 reply'],
    ['3.6', /s2/, 'conn c1'],
  ]) {
    await expectStep(page, step);
    await page.press('ArrowRight');
  }
});

test('the end goes through figure 6', async (page) => {
  await page.line('tcp 192.168.1.2:47562 > 10.0.0.2:80 S seq=1000');
  await page.press('End');
  await page.line('delete c1');
  await expectStep(page, ['6.3', /c1/, null]);
  await forwardUntil(page, async () => (await places(page, 'c1')).join() === 'dying original');
  assert.equal(await card(page, 'c1', 'place'), 'dying');
  assert.equal(await figure(page), '6.3');
  await expectStep(page, ['6.4', /c1/, null]);
  await forwardUntil(page, async () => (await card(page, 'c1', 'place')) === 'freed');
  assert.deepEqual(await places(page, 'c1'), []);
});
