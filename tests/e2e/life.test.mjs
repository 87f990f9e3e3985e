// Who keeps a connection alive, and what leaves no trace.

import assert from 'node:assert/strict';
import { test } from './harness.mjs';
import { card, lines, places } from './steps.mjs';

const SYN = 'tcp 10.0.0.10:40000 > 192.0.2.20:80 S seq=1000';
const SYN_ACK = 'tcp 192.0.2.20:80 > 10.0.0.10:40000 SA seq=5000 ack=1001';

test('a packet dropped before confirm takes its connection along and leaves no trace', async (page) => {
  await page.line(`${SYN} drop=forward`);
  await page.press('End');
  assert.deepEqual(await places(page, 'c1'), []);
  assert.equal(await card(page, 'c1', 'place'), 'freed');
  assert.deepEqual(await lines(page, 'events'), []);
  assert.deepEqual(await lines(page, 'conntrack-list'), []);
  await page.line('udp 10.0.0.10:5000 > 192.0.2.53:53');
  await page.press('End');
  assert.equal(await card(page, 'c1', 'place'), null, 'the ghost goes with the next command');
});

test('a held packet keeps use up, and a deleted connection in memory', async (page) => {
  await page.line(SYN);
  await page.line(`${SYN_ACK} hold=queue`);
  await page.press('End');
  assert.equal(await card(page, 'c1', 'use'), '2');
  await page.ct('skb', { skb: 's2', at: 'QUEUE' }).first().waitFor();
  await page.line('delete c1');
  await page.press('End');
  assert.equal(await card(page, 'c1', 'place'), 'dying');
  assert.equal(await card(page, 'c1', 'use'), '1');
  assert.deepEqual(await places(page, 'c1'), ['dying original']);
  await page.line('release s2');
  await page.press('End');
  assert.deepEqual(await places(page, 'c1'), []);
});

test('a slow listener keeps a connection on the dying list until it reads', async (page) => {
  await page.line(SYN);
  await page.line('events slow');
  await page.line('delete c1');
  await page.line('advance 60s');
  await page.press('End');
  assert.equal(await card(page, 'c1', 'place'), 'dying');
  assert.deepEqual(await places(page, 'c1'), ['dying original']);
  await page.line('events on');
  await page.line('advance 1s');
  await page.press('End');
  assert.deepEqual(await places(page, 'c1'), []);
  const heard = await lines(page, 'events');
  assert.match(heard.at(-1), /^\s*\[DESTROY\] tcp {6}6 src=10\.0\.0\.10/);
});

test('the tools print what they print', async (page) => {
  await page.line(SYN);
  await page.line(SYN_ACK);
  await page.press('End');
  assert.deepEqual(await lines(page, 'conntrack-list'), [
    'tcp      6 60 SYN_RECV src=10.0.0.10 dst=192.0.2.20 sport=40000 dport=80 '
      + 'src=192.0.2.20 dst=10.0.0.10 sport=80 dport=40000 mark=0 use=1',
  ]);
  assert.match((await lines(page, 'stats'))[0], /^cpu=0\s+found=0 invalid=0 insert=0/);
});
