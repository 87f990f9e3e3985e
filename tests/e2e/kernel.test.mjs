// The kernels, NAT, expectations and fragments, as the page shows them.

import assert from 'node:assert/strict';
import { test } from './harness.mjs';
import { card, forwardUntil, lines } from './steps.mjs';

const text = (page, name) => page.ct(name).evaluate((node) => node.textContent);

async function preset(page, name) {
  await page.raw.getByRole('combobox', { name: 'scenario' }).selectOption(name);
  await page.settled();
}

test('another kernel runs the same log, and says where it differs', async (page) => {
  await page.line('udp 10.0.0.10:5000 > 192.0.2.53:53 len=12 hold=postrouting');
  await page.press('End');
  assert.equal(await page.ct('list', { list: 'unconfirmed' }).count(), 2);
  await page.ct('kernel').selectOption('6.18');
  await page.settled();
  await page.press('End');
  assert.equal(await page.ct('list', { list: 'unconfirmed' }).count(), 0);
  assert.equal(await page.ct('list', { list: 'dying' }).count(), 1);
  assert.equal(await card(page, 'c1', 'place'), 'unconfirmed');

  await page.press('Home');
  const differs = async () => (await page.ct('differs').count()) > 0
    && /Hash function/.test(await text(page, 'differs'));
  await forwardUntil(page, differs, 20, 'where the hash is made');
  assert.match(await text(page, 'differs'), /5\.10.*jhash2.*6\.18.*SipHash/);

  await page.click('Help');
  assert.match(await text(page, 'differences'), /Linux 5\.10 and 6\.18 differ: \d+ points/);
});

test('behind NAT the bench answers to the address that the other side sees', async (page) => {
  await page.line('nft postrouting snat to 203.0.113.5');
  await page.click('Send packet');
  await page.press('End');
  await page.click('Send packet');
  await page.press('End');
  assert.equal(await card(page, 'c1', 'state'), 'SYN_RECV');
  assert.match((await lines(page, 'conntrack-list'))[0], /src=10\.0\.0\.2 dst=203\.0\.113\.5/);
});

test('an expectation is listed, and gone when its connection comes', async (page) => {
  await preset(page, 'ftp-expectation');
  for (let command = 0; command < 8; command += 1) await page.click('Next event');
  const expected = 'proto=6 src=192.0.2.20 dst=10.0.0.10 sport=0 dport=50000 '
    + 'mask-src=255.255.255.255 mask-dst=255.255.255.255 sport=0 dport=65535 '
    + 'master-src=10.0.0.10 master-dst=192.0.2.20 sport=40000 dport=21 class=0 helper=ftp';
  assert.equal(await page.line('conntrack -L expect'), `300 ${expected}`);
  assert.match(await text(page, 'events'), /\[NEW\] 300 proto=6 src=192\.0\.2\.20/);
  await page.click('Next event');
  assert.deepEqual(await lines(page, 'conntrack-expect'), []);
});

test('fragments that wait are shown until their datagram is whole', async (page) => {
  await preset(page, 'fragments');
  await page.click('Next event');
  assert.match(await text(page, 'fragments'), /10\.0\.0\.10 > 192\.0\.2\.53, id 7.*bytes 0 to 23/);
  await page.click('Next event');
  assert.match(await text(page, 'fragments'), /bytes 0 to 23, 48 to 67 of 68/);
  await page.click('Next event');
  assert.equal(await page.ct('fragments').count(), 0);
  assert.equal(await card(page, 'c1', 'place'), 'table');
});
