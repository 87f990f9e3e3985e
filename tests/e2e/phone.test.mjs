// The page on a phone: one column, sheets from below, fingers instead of a mouse.

import assert from 'node:assert/strict';
import { VIEWPORTS, test } from './harness.mjs';
import { card, places } from './steps.mjs';

const PHONE = { viewport: VIEWPORTS.phone };

/** Buttons that can be seen and are lower or narrower than a finger needs, with their sizes. */
function small(page, within) {
  return page.raw.evaluate((selector) => {
    const boxes = [...document.querySelectorAll(`${selector} button, ${selector} select`)]
      .map((node) => ({ node, box: (node.closest('.pick') ?? node).getBoundingClientRect() }))
      .filter(({ node, box }) => box.width > 0 && node.checkVisibility());
    return boxes
      .filter(({ node, box }) => box.height < 43.5)
      .map(({ node, box }) => `${node.ariaLabel ?? node.textContent}: ${box.height}`);
  }, within);
}

function overflow(page) {
  return page.raw.evaluate(() => document.documentElement.scrollWidth - innerWidth);
}

test('on a phone a packet is sent from the sheet and stepped through', PHONE, async (page) => {
  assert.ok((await overflow(page)) <= 0, 'nothing sticks out at the side');
  await page.click('Packets');
  assert.deepEqual(await small(page, '#bench'), []);
  await page.raw.getByRole('button', { name: /^SYN$/ }).first().click();
  await page.click('Close Packets');
  for (let taken = 0; taken < 40 && (await places(page, 'c1')).length < 2; taken += 1) {
    await page.stepForward();
  }
  assert.deepEqual(await places(page, 'c1'), ['bucket 1 reply', 'bucket 3 original']);
  assert.ok((await overflow(page)) <= 0, 'nothing sticks out at the side');
});

test('on a phone every control of the transport is within reach', PHONE, async (page) => {
  await page.press('ArrowRight');
  assert.deepEqual(await small(page, '[data-ct="transport"]'), []);
  await page.click('More controls');
  assert.deepEqual(await small(page, '[data-ct="transport"]'), []);
  for (const name of ['Last', 'First', 'Next event', 'Previous event', 'Undo', 'Redo', 'Play']) {
    await page.click(name);
  }
  await page.click('Pause');
  assert.equal(await page.button('Play').count(), 1);
});

test('on a phone the details are a sheet above the transport', PHONE, async (page) => {
  await page.press('n', 'End');
  await page.click('Inspect');
  const sheet = await page.raw.locator('#why').boundingBox();
  const transport = await page.ct('transport').boundingBox();
  assert.ok(Math.abs(sheet.y + sheet.height - transport.y) < 2, 'it ends where they begin');
  await page.click('-L');
  assert.match(await page.ct('conntrack-list').innerText(), /src=192\.168\.1\.2/);
  await page.press('Escape');
  assert.equal(await page.raw.locator('#why').isVisible(), false);
  assert.equal(await card(page, 'c1', 'place'), 'table');
});

test('on a phone the page stays where one scrolled as the browser’s bar comes and goes',
  { ...PHONE, at: '#collision&at=4.9' }, async (page) => {
    const top = () => page.raw.evaluate(() => Math.round(scrollY));
    await page.raw.evaluate(() => scrollTo(0, document.documentElement.scrollHeight));
    await page.settled();
    const scrolled = await top();
    assert.ok(scrolled > 200, `${scrolled} px`);
    await page.raw.setViewportSize({ width: 390, height: 900 });
    await page.settled();
    await page.raw.setViewportSize(VIEWPORTS.phone);
    await page.settled();
    const now = await top();
    assert.ok(Math.abs(now - scrolled) <= 60, `${scrolled}, then ${now}`);
  });
