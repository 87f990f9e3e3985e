// The lanes, dragging along them, kept branches, the clocks, and two runs side by side.

import assert from 'node:assert/strict';
import { VIEWPORTS, test } from './harness.mjs';
import { narration } from './steps.mjs';

const SYN = 'tcp 10.0.0.10:40000 > 192.0.2.20:80 S seq=1000';
const SYN_ACK = 'tcp 192.0.2.20:80 > 10.0.0.10:40000 SA seq=5000 ack=1001';
const ASK = 'udp 10.0.0.10:5000 > 192.0.2.53:53 len=12';

const step = async (page) => Number((await page.ct('step').locator('b').innerText()).trim());
const spoken = (page) => page.ct('scrub').getAttribute('aria-valuetext');

test('the log is gone through by keys on the slider, which says the step in words', async (page) => {
  await page.line(SYN);
  await page.line(SYN_ACK);
  await page.ct('scrub').focus();
  await page.press('Home');
  assert.match(await spoken(page), /^before the first of \d+ steps$/);
  await page.press('ArrowRight', 'ArrowRight');
  assert.equal(await step(page), 2);
  assert.match(await spoken(page), /^step 2 of \d+, SYN, arrive/);
  await page.press('ArrowLeft');
  assert.equal(await step(page), 1);
  await page.press('End');
  assert.equal(await page.ct('scrub').inputValue(), '1000');
});

test('the log is gone through by dragging along the lanes', async (page) => {
  await page.line(SYN);
  await page.line(SYN_ACK);
  await page.press('End');
  const total = await step(page);
  const { x, y, width, height } = await page.ct('scrub').boundingBox();
  const to = async (part) => {
    await page.raw.mouse.move(x + width * part, y + height / 2);
    await page.settled();
  };
  await to(0.25);
  await page.raw.mouse.down();
  await page.settled();
  const first = await step(page);
  assert.ok(first > 0 && first < total / 2, `${first} of ${total}`);
  assert.ok(await page.raw.evaluate(() => document.documentElement.hasAttribute('data-still-scrub')));
  await to(0.5);
  const second = await step(page);
  await to(0.9);
  assert.ok(first < second && second < await step(page));
  await page.raw.mouse.up();
  await page.settled();
  assert.ok(!await page.raw.evaluate(() => document.documentElement.hasAttribute('data-still-scrub')));
  assert.match(await spoken(page), /SYN-ACK/);
});

test('a touch on the lane goes there', { viewport: VIEWPORTS.phone }, async (page) => {
  await page.button('Step forward').click();
  await page.settled();
  const { x, y, width, height } = await page.ct('scrub').boundingBox();
  assert.ok(height >= 43.5, `${height} px high`);
  await page.raw.mouse.click(x + width * 0.6, y + height / 2);
  await page.settled();
  assert.ok(await step(page) > 5);
});

test('the lanes show deadlines, what is expired and still linked, and gc', async (page) => {
  await page.line('gc manual');
  await page.line(ASK);
  await page.line(SYN);
  await page.press('End');
  const expired = page.ct('deadline', { conn: 'c1' });
  assert.equal(await expired.getAttribute('data-expired'), 'false');
  await page.line('advance 31s');
  await page.press('End');
  assert.equal(await expired.getAttribute('data-expired'), 'true');
  assert.match(await expired.getAttribute('aria-label'), /expired, still linked/);
  const chip = page.raw.locator('.tuplehash--expired[data-conn="c1"]').first();
  await chip.waitFor();
  await expired.click();
  await page.settled();
  assert.equal(await page.ct('conn', { conn: 'c1' }).locator('button').first()
    .getAttribute('aria-pressed'), 'true');
  assert.equal(await page.raw.locator('[data-mark="gc"]').count(), 0);
  await page.line('gc sweep');
  await page.press('End');
  assert.ok(await page.raw.locator('[data-mark="gc"]').count() > 0);
  assert.equal(await page.raw.locator('[data-mark="expired"]').count(), 1);
  assert.equal(await page.ct('deadline', { conn: 'c1' }).count(), 0);
});

test('gc sweeps over the buckets: the next run is marked, visited ones are ticked', async (page) => {
  await page.line(ASK);
  await page.ct('kernel').selectOption('6.18');
  await page.settled();
  await page.press('End');
  assert.equal(await page.raw.locator('[data-gc-next="true"]').count(), 8);
  assert.match(await page.ct('gc-window').textContent(), /^gc next: all 8 buckets, in /);
  await page.line('gc');
  await page.press('Shift+ArrowLeft', 'ArrowRight', 'ArrowRight', 'ArrowRight', 'ArrowRight');
  assert.match(await narration(page), /bucket/);
  const swept = await page.raw.locator('[data-swept="true"]').count();
  assert.ok(swept > 0 && swept < 8, `${swept} of 8`);
  await page.press('End');
  assert.equal(await page.raw.locator('[data-swept="true"]').count(), 8);
});

test('a branch that is left stays as a dotted lane, and B returns', async (page) => {
  await page.line(SYN);
  await page.line(SYN_ACK);
  await page.click('Previous event', 2);
  await page.press('Shift+ArrowRight');
  await page.line('delete c1');
  const branch = page.ct('branch');
  assert.equal(await branch.count(), 1);
  assert.match(await branch.innerText(), /SYN-ACK/);
  assert.match(await branch.getAttribute('title'), /\(B\)$/);
  const log = () => page.raw.locator('.lanes__block').allInnerTexts();
  assert.deepEqual(await log(), ['SYN', 'delete c1']);
  await page.raw.evaluate(() => document.activeElement.blur());
  await page.press('b');
  assert.deepEqual(await log(), ['SYN', 'SYN-ACK']);
  await page.press('b');
  assert.deepEqual(await log(), ['SYN', 'delete c1']);
  await branch.click();
  await page.settled();
  assert.deepEqual(await log(), ['SYN', 'SYN-ACK']);
});

test('the clock says where the counter wraps, in both ways of writing', async (page) => {
  await page.line('advance 361s');
  await page.press('End');
  await page.raw.locator('[popovertarget="facts"]').click();
  const facts = await page.ct('facts').innerText();
  assert.match(facts, /0x 0000.3b8e|0x 0000.3b92|0x 0000/);
  assert.match(facts, /wrapped 61 s ago/);
  assert.match(facts, /250: a jiffy is 4 ms/);
  await page.raw.keyboard.press('Escape');
  assert.ok(await page.ct('facts').isHidden());
});

const row = (page, what) => page.raw.locator(`[data-row=${JSON.stringify(what)}]`);
const side = (page, name) => page.raw.locator(`[data-side="${name}"]`);

test('the same log on two kernels, side by side, with what differs in words', async (page) => {
  await page.line(SYN);
  await page.line('udp 10.0.0.10:5000 > 192.0.2.53:53 len=12 hold=postrouting');
  await page.press('End');
  await page.ct('kernel').selectOption('5.10 | 6.18');
  await page.ct('compare').waitFor();
  assert.equal(await page.ct('kernel').inputValue(), '5.10 | 6.18');
  assert.match(await row(page, 'c1, both nodes').innerText(), /buckets \d and \d.*jhash2.*buckets \d and \d.*SipHash/s);
  assert.match(await row(page, 'c2, original node').innerText(), /unconfirmed list of CPU 0.*no list; packet s2 knows it/s);
  assert.match(await row(page, 'next run of gc').innerText(), /bucket 1, in .*all 8 buckets, in /s);
  assert.match(await page.ct('compare-table').innerText(), /The same on both sides: /);
  const hangs = (name, conn) => side(page, name).locator(`[data-ct="tuplehash"][data-conn="${conn}"]`).count();
  assert.equal(await hangs('left', 'c2'), 1);
  assert.equal(await hangs('right', 'c2'), 0);
  assert.equal(await side(page, 'right').locator('[data-ct="conn"][data-conn="c2"]').count(), 1);
  assert.match(await side(page, 'right').innerText(), /no such list in 6\.18/);
  await page.press('Home');
  assert.match(await page.ct('compare-note').innerText(), /at the start/);
  await page.press('ArrowRight');
  assert.match(await page.ct('compare-note').innerText(), /both stand behind the same step/);
  await page.ct('kernel').selectOption('6.18');
  await page.settled();
  assert.equal(await page.ct('compare').count(), 0);
  assert.equal(await page.ct('kernel').inputValue(), '6.18');
});

test('the log and a kept branch, side by side', { viewport: VIEWPORTS.projector }, async (page) => {
  await page.line(SYN);
  await page.line(SYN_ACK);
  await page.click('Previous event');
  await page.line('delete c1');
  await page.press('End');
  await page.click('Compare');
  await page.raw.getByRole('button', { name: /^This log and SYN-ACK/ }).click();
  await page.settled();
  assert.match(await row(page, 'c1').innerText(), /not there.*in the table/s);
  assert.equal(await side(page, 'right').locator('[data-ct="conn"][data-state="SYN_RECV"]').count(), 1);
});

test('nothing moves while a key is held', { motion: true }, async (page) => {
  await page.line(SYN);
  const still = () => page.raw.evaluate(() => document.documentElement.hasAttribute('data-still-key'));
  await page.raw.evaluate(() => document.activeElement.blur());
  await page.raw.keyboard.down('ArrowRight');
  assert.equal(await still(), false);
  await page.raw.keyboard.down('ArrowRight');
  assert.equal(await still(), true);
  await page.raw.keyboard.up('ArrowRight');
  assert.equal(await still(), false);
});

test('a second press finishes what the first one set in motion', { motion: true }, async (page) => {
  await page.line(SYN);
  await page.raw.evaluate(() => document.activeElement.blur());
  // The first run of animations is long enough to be caught in the middle.
  await page.style(':root { --d-move: 4000ms !important; }');
  const running = () => page.raw.evaluate(() => document.getAnimations()
    .filter((it) => it.animationName === 'travel' && it.playState === 'running').length);
  for (let taken = 0; taken < 60 && (await running()) === 0; taken += 1) await page.press('ArrowRight');
  assert.ok(await running() > 0, 'a chip travels');
  const at = await page.raw.evaluate(() => performance.now());
  await page.press('ArrowRight');
  const took = await page.raw.evaluate((from) => performance.now() - from, at);
  assert.ok(took < 1500, `the next step is there after ${took} ms`);
});
