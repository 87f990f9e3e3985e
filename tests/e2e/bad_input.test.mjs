// What a person gets wrong is answered by a sentence, and nothing is lost or changed.

import assert from 'node:assert/strict';
import { test } from './harness.mjs';
import { card, narration } from './steps.mjs';

const WRONG = [
  ['tpc 10.0.0.10:40000 > 192.0.2.20:80 S', /column 1/],
  ['tcp 10.0.0.10:40000 > 192.0.2.20:80 S wni=3', /column 39/],
  ['tcp 10.0.0.10:99999 > 192.0.2.20:80 S', /65535|65,535/],
  ['advance 2147483648j', /2147483647|2,147,483,647|2 147 483 647/],
  ['resize 0', /1 to/],
  ['resize 4000000000', /1048576|1,048,576|1 048 576/],
  ['release s9', /s9/],
  ['delete c7', /c7/],
  ['sysctl nf_conntrack_acct=5', /0 (to|or) 1/],
  ['config buckets=0', /1 to/],
  ['cpu 77', /CPU|cpu/],
  ['hex zz', /hex/],
];

test('a wrong line is answered and changes nothing', async (page) => {
  await page.line('udp 10.0.0.10:5000 > 192.0.2.53:53');
  await page.press('End');
  const before = [await narration(page), await page.ct('step').innerText()];
  for (const [line, answer] of WRONG) {
    const said = await page.line(line);
    assert.match(said, answer, `${line}: ${said}`);
    assert.equal(await page.ct('console').inputValue(), line, 'what was typed stays');
    assert.deepEqual([await narration(page), await page.ct('step').innerText()], before, line);
  }
});

test('a damaged link is answered and leaves a page that works', { at: '#v1.!!!!' }, async (page) => {
  await page.line('udp 10.0.0.10:5000 > 192.0.2.53:53');
  await page.press('End');
  assert.equal(await card(page, 'c1', 'place'), 'table');
});

test('a link of ten megabytes does not freeze the page', async (page) => {
  await page.raw.evaluate((text) => { location.hash = text; }, `v1.${'A'.repeat(10_000_000)}`);
  await page.settled();
  await page.line('udp 10.0.0.10:5000 > 192.0.2.53:53');
  await page.press('End');
  assert.equal(await card(page, 'c1', 'place'), 'table');
});

test('a link opens on the step it was made at', async (page) => {
  await page.line('tcp 10.0.0.10:40000 > 192.0.2.20:80 S seq=1000');
  await page.press('Home', 'ArrowRight', 'ArrowRight', 'ArrowRight', 'ArrowRight');
  const said = [await narration(page), await page.ct('step').innerText()];
  await page.click('Copy link');
  const link = await page.clipboard();
  await page.goto('');
  await page.goto(new URL(link).hash);
  assert.deepEqual([await narration(page), await page.ct('step').innerText()], said);
});
