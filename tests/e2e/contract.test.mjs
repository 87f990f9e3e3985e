// The hooks that tests, embedders and assistive tools rely on. They stay when the design changes.

import assert from 'node:assert/strict';
import { test } from './harness.mjs';

const BUTTONS = [
  'Step forward', 'Step back', 'Next event', 'Previous event', 'First', 'Last', 'Play',
  'Undo', 'Redo', 'Send packet', 'Advance', 'Run gc', 'Copy link', 'Reset', 'Help',
];

/** Every data- attribute of the first element found. */
function data(locator) {
  return locator.first().evaluate((node) => ({ ...node.dataset }));
}

test('every button has its name', async (page) => {
  for (const name of BUTTONS) {
    assert.equal(await page.button(name).count(), 1, name);
  }
  await page.line('udp 10.0.0.10:5000 > 192.0.2.53:53');
  await page.press('Home');
  await page.click('Play');
  assert.equal(await page.button('Pause').count(), 1);
  await page.click('Pause');
  assert.equal(await page.button('Play').count(), 1);
});

test('everything on the stage can be found by what it is', async (page) => {
  await page.line('tcp 192.168.1.2:47562 > 10.0.0.2:80 S seq=1000');
  await page.line('tcp 10.0.0.2:80 > 192.168.1.2:47562 SA seq=5000 ack=1001 hold=postrouting');
  await page.line('netns blue');
  await page.line('cpu 1');
  await page.line('udp 10.0.0.10:5000 > 192.0.2.53:53 hold=forward');
  await page.press('End');

  const conn = await data(page.ct('conn', { conn: 'c1' }));
  assert.equal(conn.use, '2');
  assert.deepEqual(conn.status.split(' ').sort(), ['CONFIRMED', 'SEEN_REPLY']);
  assert.equal(conn.state, 'SYN_RECV');
  assert.equal(conn.place, 'table');

  assert.equal(await page.ct('bucket', { bucket: 3 }).locator('[data-ct="tuplehash"]').count(), 1);
  const hash = await data(page.ct('bucket', { bucket: 1 }).locator('[data-ct="tuplehash"]'));
  assert.deepEqual([hash.conn, hash.dir], ['c1', 'reply']);

  const list = page.ct('list', { list: 'unconfirmed', netns: 'blue', cpu: '1' });
  assert.equal((await data(list.locator('[data-ct="tuplehash"]'))).conn, 'c2');
  assert.equal(await page.ct('list', { list: 'dying', netns: 'init', cpu: '0' }).count(), 1);

  assert.ok((await page.ct('skb', { skb: 's2', at: 'POSTROUTING' }).count()) > 0);
  assert.ok((await page.ct('skb', { skb: 's3', at: 'FORWARD' }).count()) > 0);
});

test('clock, step, sentence and the tools’ text can be read', async (page) => {
  assert.match((await page.ct('jiffies').textContent()).trim(), /^\d+$/);
  assert.equal((await page.ct('jiffies').textContent()).trim(), '4294892296');
  assert.equal(await page.ct('narration').getAttribute('role'), 'status');
  await page.line('udp 10.0.0.10:5000 > 192.0.2.53:53 len=12');
  assert.match((await page.ct('step').innerText()).trim(), /^1 \/ \d+$/);
  await page.press('End');
  for (const [pane, text] of [
    ['conntrack-list', /^udp {6}17 30 src=10\.0\.0\.10 dst=192\.0\.2\.53 sport=5000 dport=53 \[UNREPLIED\]/],
    ['events', /^ {4}\[NEW\] udp {6}17 30 src=10\.0\.0\.10/],
    ['stats', /^cpu=0 +\tfound=0/],
  ]) {
    assert.equal(await page.ct(pane).count(), 1, pane);
    assert.match(await page.ct(pane).textContent(), text, pane);
  }
});
