// Large tables: the page stays small, whatever is in the machine.

import assert from 'node:assert/strict';
import { VIEWPORTS, test } from './harness.mjs';
import { narration } from './steps.mjs';

/** Elements on the page. */
const elements = (page) => page.raw.evaluate(() => document.querySelectorAll('*').length);

async function flood(page, buckets, flows) {
  await page.line(`config buckets=${buckets} max=1000000`);
  await page.line(`flood ${flows} udp 10.0.0.1:1024 > 192.0.2.53:53 len=10`);
  await page.press('End');
}

test('65 536 buckets and 100 000 connections are fewer than 2 000 elements', async (page) => {
  await flood(page, 65_536, 100_000);
  assert.match(await narration(page), /100.000 packets have come so far; there are 100.000 entries in 65.536 buckets\./);
  await page.line('tcp 10.9.0.1:1024 > 192.0.2.80:80 S');
  for (let i = 0; i < 12; i += 1) {
    await page.press('ArrowRight');
    assert.ok((await elements(page)) < 2_000, `${await elements(page)} elements`);
  }
  for (const tab of [/^-L$/, /^Checks/]) {
    await page.raw.getByRole('button', { name: tab }).click();
    assert.ok((await elements(page)) < 2_000, `${await elements(page)} elements`);
  }
  await page.click('Check all');
  assert.match(await page.ct('checked').innerText(), /everything, 100.001 connections/);
  assert.equal(await page.raw.locator('.lamps__lamp--broken').count(), 0);
  await page.line('resize 8');
  await page.press('End');
  assert.ok((await elements(page)) < 2_000, `${await elements(page)} elements`);
  assert.equal(await page.ct('bucket').count(), 8);
});

test('a long list of entries goes on part by part', async (page) => {
  await flood(page, 1_024, 1_000);
  await page.click('-L');
  const first = await page.ct('conntrack-list').innerText();
  await page.click('Next part');
  assert.notEqual(await page.ct('conntrack-list').innerText(), first);
  await page.click('Part before');
  assert.equal(await page.ct('conntrack-list').innerText(), first);
});

test('a fold of a long chain opens', async (page) => {
  await flood(page, 300, 3_000);
  const row = page.ct('bucket').first();
  const before = await row.locator('[data-ct="tuplehash"]').count();
  await row.getByRole('button', { name: /^show \d+ more nodes/ }).click();
  await page.settled();
  assert.ok((await page.ct('bucket').first().locator('[data-ct="tuplehash"]').count()) > before);
});

test('the whole table is looked through by keys, and Enter opens a bucket on the stage', async (page) => {
  await flood(page, 65_536, 100_000);
  await page.raw.locator('.lensbar__row [data-lens="table"]').click();
  assert.match(await page.ct('table-summary').innerText(), /65.536 buckets hold 200.000 nodes of 100.000 connections/);
  const painted = await page.raw.evaluate(() => {
    const canvas = document.querySelector('.cells__canvas');
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    let dark = 0;
    for (let at = 3; at < data.length; at += 4) if (data[at] > 0) dark += 1;
    return [canvas.width, canvas.height, dark];
  });
  assert.deepEqual(painted.slice(0, 2), [512, 128]);
  assert.ok(painted[2] > 50_000 && painted[2] < 65_536, `${painted[2]} cells are dark`);
  assert.ok((await elements(page)) < 2_000, `${await elements(page)} elements`);
  const cells = page.ct('table-cells');
  await cells.focus();
  await page.press('Home', 'ArrowRight', 'ArrowDown');
  assert.equal(await cells.getAttribute('aria-valuenow'), '513');
  assert.match(await cells.getAttribute('aria-valuetext'), /^bucket 513, /);
  await page.press('Enter');
  await page.ct('bucket', { bucket: 513 }).waitFor();
  assert.ok(await page.ct('bucket', { bucket: 513 }).isVisible());
  assert.ok((await elements(page)) < 2_000, `${await elements(page)} elements`);
});

test('on a phone the whole table is there too', { viewport: VIEWPORTS.phone }, async (page) => {
  await page.click('Packets');
  await flood(page, 4_096, 5_000);
  await page.click('Close Packets');
  await page.raw.locator('.lensbar__pick select').selectOption('table');
  await page.ct('table-cells').waitFor();
  const over = await page.raw.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert.ok(over <= 0, 'nothing sticks out at the side');
});

test('the focus stays with a bucket of a large table, or is outside, when its row is taken for another',
  async (page) => {
    await flood(page, 1_024, 2_000);
    for (let port = 1; port < 6; port += 1) {
      await page.line(`tcp 10.9.0.1:${port} > 192.0.2.80:80 S`);
    }
    await page.raw.evaluate(() => document.activeElement.blur());
    await page.press('Home');
    await page.press('Shift+ArrowRight');
    /** The bucket whose row has the focus, "outside", or nothing if the focus was lost. */
    const held = () => page.raw.evaluate(() => {
      const active = document.activeElement;
      if (active.matches('[data-walk]')) return 'outside';
      return active.closest('[data-bucket]')?.dataset.bucket;
    });
    let outside = 0;
    for (let steps = 0; steps < 40; steps += 1) {
      if ((await held()) === 'outside' || steps === 0) {
        await page.raw.locator('[data-walk]').first().focus();
        await page.press('Enter');
        while ((await held()) === undefined) await page.press('ArrowDown');
      }
      const before = await held();
      // A click by a program takes no focus. What it paints can come in several frames.
      await page.raw.evaluate(() => document.querySelector('[aria-label="Step forward"]').click());
      let after;
      for (let frames = 0; frames < 8; frames += 1) {
        after = await held();
        assert.ok(after === before || after === 'outside', `${before}, then ${after}`);
        await page.settled();
      }
      outside += Number(after === 'outside');
    }
    assert.ok(outside > 0, 'no row was taken');
  });
