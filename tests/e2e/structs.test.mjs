// The lenses on the structures: a packet's bytes, a connection, the hash; how deep one looks.

import assert from 'node:assert/strict';
import { test } from './harness.mjs';

const SYN = 'tcp 192.168.1.2:47562 > 10.0.0.2:80 S seq=1000';
const lit = (page) => page.ct('lit').innerText();

/** Looks through a lens. */
async function lens(page, word) {
  await page.raw.locator(`.lensbar__row [data-lens="${word}"]`).click();
  await page.settled();
}

test('structs: a byte and the field that it belongs to light each other', async (page) => {
  await page.line(SYN);
  await lens(page, 'packet');
  const bytes = page.raw.getByRole('listbox');
  await bytes.focus();
  const before = await page.ct('step').innerText();
  await page.press('ArrowDown', 'ArrowRight', 'ArrowRight', 'ArrowRight', 'ArrowRight');
  assert.equal(await page.ct('step').innerText(), before, 'the arrows move in the bytes');
  assert.match(await lit(page), /^byte 20: TCP src port 47.562, goes into src\.u$/);
  await page.raw.getByRole('row', { name: /dst address/ }).click();
  assert.match(await lit(page), /IPv4 dst address 10\.0\.0\.2, goes into dst\.u3/);
  assert.equal(await page.raw.locator('.hex__byte--lit').count(), 4);
});

test('structs: a row of the ledger of use goes to its step', async (page) => {
  await page.line(SYN);
  await page.press('Escape', 'End');
  await lens(page, 'connection');
  const rows = page.ct('ledger').getByRole('button');
  assert.ok((await rows.count()) >= 4);
  await rows.filter({ hasText: '__nf_conntrack_insert_prepare' }).click();
  await page.settled();
  assert.equal(await page.ct('ledger').locator('[aria-current="step"]').count(), 1);
  assert.match(await page.ct('use').innerText(), /use\s+1 → 2/);
  assert.match(await page.ct('use-history').getAttribute('aria-label'), /use went from 0 to 2/);
});

test('structs: a port that collides is found, and its packet goes to that bucket', async (page) => {
  await page.line(SYN);
  await page.press('Escape', 'End');
  await page.click('Hash');
  const way = page.ct('hash-way', { dir: 'original' });
  const bucket = await way.getAttribute('data-bucket');
  await page.raw.locator('#hash-sport').fill('47563');
  await page.raw.locator('#hash-sport').fill('99999');
  await page.settled();
  assert.match(await page.raw.locator('#hash-sport-help').innerText(), /expected a number/);
  assert.equal(await page.raw.locator('#hash-sport').inputValue(), '99999');
  await page.raw.locator('#hash-sport').fill('47562');
  await page.click('Find a port that collides');
  assert.equal(await way.getAttribute('data-bucket'), bucket);
  assert.match(await page.ct('hash-told').innerText(), /tried/);
  const port = await page.raw.locator('#hash-sport').inputValue();
  assert.notEqual(port, '47562');
  await page.click('Send it');
  await page.press('Escape', 'End');
  await page.click('Machine');
  const chip = page.ct('bucket', { bucket }).locator('[data-conn="c2"][data-dir="original"]');
  assert.match(await chip.locator('title').textContent(), new RegExp(`:${port} `));
});

test('structs: three depths show less and more, and are kept', async (page) => {
  await page.line(SYN);
  await page.press('Escape', 'End');
  const seen = (selector) => page.raw.locator(selector).first().isVisible();
  await page.click('idea');
  assert.equal(await seen('.conn-card__raw'), false);
  assert.equal(await seen('[data-ct="calls"]'), false);
  await page.click('pointers');
  assert.equal(await seen('.conn-card__raw'), true);
  await page.ct('conn', { conn: 'c1' }).getByRole('button').first().click();
  await page.settled();
  assert.match(await page.ct('inspector').textContent(), /tuplehash\[0\]\.pprev/);
  await page.raw.reload();
  await page.ct('app', { ready: true }).waitFor();
  assert.equal(await page.ct('app').getAttribute('data-depth'), 'pointers');
});

test('structs: a miss says why no candidate is it', async (page) => {
  await page.line('config buckets=1');
  await page.line('tcp 10.0.0.1:1000 > 10.0.0.2:80 S seq=1');
  await page.line('tcp 10.0.0.1:1001 > 10.0.0.2:80 S seq=1');
  await page.press('Escape');
  for (let presses = 0; presses < 30; presses += 1) {
    if ((await page.raw.locator('.cmp__verdict').count()) > 0) break;
    await page.press('ArrowRight');
  }
  const table = page.ct('compared');
  assert.match(await table.innerText(), /≠ 1000/);
  assert.match(await table.innerText(), /never compared/);
  assert.match(await table.locator('.cmp__verdict').innerText(), /^Why no match\?/);
});
