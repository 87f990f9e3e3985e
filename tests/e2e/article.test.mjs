// The article's own example, 192.168.1.2:47562 to 10.0.0.2:80 by TCP, through figures 3 to 6. For
// each numbered step: the badge, the sentence, and the object that is marked.

import assert from 'node:assert/strict';
import { test } from './harness.mjs';
import { objects, plain } from './shown.mjs';
import { card, figure, forwardUntil, narration, places } from './steps.mjs';

/** A numbered step of the article: figure, the sentence, the objects that must be marked. */
const PACKET = [
  ['3.1', 'The tuple of s1 is 192.168.1.2:47562 → 10.0.0.2:80, TCP.', ['skb s1', 'hash']],
  ['3.2', 'The raw hash of the tuple is 7680 361f.', ['hash']],
  ['3.3', 'The hash picks bucket 3 of 8.', ['hash', 'bucket 3']],
  ['3.5', 'Bucket 3 is empty: no entry fits this tuple.', ['bucket 3']],
  ['4.1', `s1's tuple becomes the original tuple of a new connection.`, ['skb s1', 'hash']],
  ['4.2', 'The reply tuple is 10.0.0.2:80 → 192.168.1.2:47562.', ['skb s1', 'hash']],
  ['4.3', 'c1 is allocated; nf_conntrack_count is 1.', ['conn c1']],
  ['6.1', 'c1 gets its first reference: use is 1.', ['conn c1']],
  ['4.4', `c1's original node goes to the head of the unconfirmed list of CPU 0.`,
    ['tuplehash c1 original', 'conn c1']],
  ['4.5', 's1 points to c1 now, as NEW.', ['skb s1', 'conn c1']],
  ['5.1', 'c1 belongs to buckets 3 (original) and 1 (reply).', ['bucket 1', 'bucket 3', 'conn c1']],
  ['5.2', `c1's original node leaves the unconfirmed list of CPU 0.`, ['conn c1']],
  ['5.3', 'c1 is CONFIRMED.', ['conn c1']],
  ['5.4', `c1's original node goes to the head of bucket 3.`, ['tuplehash c1 original', 'bucket 3']],
  ['5.4', `c1's reply node goes to the head of bucket 1.`, ['tuplehash c1 reply', 'bucket 1']],
  ['6.2', 'Bucket locks 1 and 3 are free again.', ['bucket 1', 'bucket 3', 'conn c1']],
];

async function expectStep(page, [number, words, expected]) {
  await forwardUntil(page, async () => (await figure(page)) === number, 40, `at ${number}`);
  assert.equal(plain(await narration(page)), words, `figure ${number}`);
  const seen = await objects(page, true);
  for (const object of expected) {
    assert.ok(seen.includes(object), `figure ${number}: marked are ${seen.join(', ')}`);
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
    ['3.1', 'The tuple of s2 is 10.0.0.2:80 → 192.168.1.2:47562, TCP.', ['skb s2', 'hash']],
    ['3.2', 'The raw hash of the tuple is 2685 1ece.', ['hash']],
    ['3.3', 'The hash picks bucket 1 of 8.', ['hash', 'bucket 1']],
    ['3.4', `The first node matches. It is c1's reply tuple.`, ['tuplehash c1 reply', 'bucket 1']],
    ['3.5', 'The packet belongs to c1, in the reply direction.', ['tuplehash c1 reply', 'conn c1']],
    ['3.6', 's2 points to c1 now, as ESTABLISHED_REPLY.', ['skb s2', 'conn c1']],
  ]) {
    await expectStep(page, step);
    await page.press('ArrowRight');
  }
});

test('the end goes through figure 6', async (page) => {
  await page.line('tcp 192.168.1.2:47562 > 10.0.0.2:80 S seq=1000');
  await page.press('End');
  await page.line('delete c1');
  for (const step of [
    ['6.3', 'c1 is marked DYING.', ['conn c1']],
    ['6.3', `c1's original node leaves bucket 3.`, ['bucket 3', 'conn c1']],
    ['6.3', `c1's reply node leaves bucket 1.`, ['conn c1']],
  ]) {
    await expectStep(page, step);
    await page.press('ArrowRight');
  }
  await expectStep(page, [
    '6.3', `c1's original node goes to the head of the dying list of CPU 0.`,
    ['tuplehash c1 original', 'conn c1'],
  ]);
  assert.deepEqual(await places(page, 'c1'), ['dying original']);
  assert.equal(await card(page, 'c1', 'place'), 'dying');
  await page.press('ArrowRight');
  await expectStep(page, ['6.4', 'c1 has no reference left: it is destroyed.', ['conn c1']]);
  await page.press('ArrowRight');
  await expectStep(page, ['6.4', 'c1 is freed; nf_conntrack_count is 0.', ['conn c1']]);
  assert.equal(await card(page, 'c1', 'place'), 'freed');
  assert.deepEqual(await places(page, 'c1'), []);
});

test('keys and the badge of the sentence lead to a figure, its buttons to its steps', async (page) => {
  await page.goto('#first-packet&at=1.7');
  await page.press('3');
  const when = (number) => page.ct('figure-step', { figure: number }).getAttribute('data-when');
  assert.deepEqual(
    await Promise.all(['3.1', '3.2', '3.3', '3.4', '3.5', '3.6'].map(when)),
    ['done', 'done', 'done', 'elsewhere', 'now', 'elsewhere'],
  );
  // Nothing hangs in this packet's bucket: the next packet has the walk.
  await page.ct('figure-step', { figure: '3.4' }).click();
  await page.settled();
  assert.equal(await narration(page), "The first node matches. It is c1's reply tuple.");
  assert.equal(await when('3.4'), 'now');
  await page.press('0');
  assert.equal(await page.ct('figure-steps').count(), 0);
  await page.goto('#first-packet&at=1.14');
  await page.ct('figure').click();
  await page.settled();
  assert.equal(await page.ct('figure-steps').getAttribute('data-figure'), '4');
  await page.press('6');
  await page.ct('life-conn', { conn: 'c1' }).click();
  await page.settled();
  assert.match(await page.ct('inspector').innerText(), /^c1/);
});

test('a figure that the log does not have offers a scenario that has it', async (page) => {
  await page.press('5');
  assert.match(await page.ct('figure-missing').innerText(), /^No connection has been confirmed yet\./);
  await page.click('Show a scenario that has it');
  assert.equal(await figure(page), '5.1');
  assert.equal(await page.ct('figure-missing').count(), 0);
});
