// The lenses Protocol and Relations on the live page: a handshake, data, its window, a FIN; the
// reply tuple of NAT; the child of an FTP connection.

import assert from 'node:assert/strict';
import { VIEWPORTS, test } from './harness.mjs';
import { forwardUntil } from './steps.mjs';

const A = 'tcp 10.0.0.10:40000 > 192.0.2.20:80';
const B = 'tcp 192.0.2.20:80 > 10.0.0.10:40000';

/** Looks through a lens. */
function look(page, lens) {
  return page.raw.locator(`button[data-lens="${lens}"]`).click();
}

/** Runs lines, and goes to the end of the last one. */
async function run(page, ...lines) {
  for (const line of lines) await page.line(line);
  await page.press('End');
}

/** The state that is marked. */
async function state(page) {
  return page.ct('tcp-state', { now: true }).getAttribute('data-state');
}

/** Lines of the diagram that were gone along, in this step or before. */
function walked(page) {
  return page.raw.locator('[data-ct="tcp-edge"]').evaluateAll((edges) => edges
    .filter((edge) => ['walked', 'fresh'].includes(edge.dataset.trod))
    .map((edge) => `${edge.dataset.from} ${edge.dataset.to}`)
    .sort());
}

/** Loads a preset by its name. */
async function load(page, name) {
  await page.raw.locator('.top select').first().selectOption(name);
  // Keys are the page's again.
  await page.raw.locator('.top select').first().evaluate((list) => list.blur());
  await page.settled();
}

/** As many whole commands forward. */
async function commands(page, n) {
  for (let i = 0; i < n; i += 1) await page.click('Next event');
}

test('a handshake walks through the states, and the line just gone is marked', async (page) => {
  await look(page, 'protocol');
  await page.line(`${A} S seq=1000`);
  await forwardUntil(page, async () => (await page.ct('tcp-edge', { trod: 'fresh' }).count()) > 0);
  assert.equal(await state(page), 'SYN_SENT');
  await run(page, `${B} SA seq=5000 ack=1001`, `${A} A seq=1001 ack=5001`);
  assert.equal(await state(page), 'ESTABLISHED');
  assert.deepEqual(await walked(page), [
    'NONE SYN_SENT', 'SYN_RECV ESTABLISHED', 'SYN_SENT SYN_RECV',
  ]);
  await page.ct('tcp-state', { state: 'CLOSE_WAIT', now: false }).waitFor();
});

test('data lies in the window, and the timeout says why it is short', async (page) => {
  await look(page, 'protocol');
  await run(page, `${A} S seq=1000`, `${B} SA seq=5000 ack=1001`, `${A} A seq=1001 ack=5001`);
  await run(page, `${A} PA seq=1001 ack=5001 len=100`);
  for (const bound of ['I', 'II', 'III', 'IV']) {
    assert.equal(await page.ct('window-bound', { bound }).count(), 1, bound);
    assert.equal(await page.ct('bound-row', { bound }).getAttribute('data-met'), 'true', bound);
  }
  const rule = await page.ct('timeout-rule', { decides: true }).innerText();
  assert.match(rule, /Data not acknowledged yet\s+300 s/);
});

test('a segment beyond the window says which condition it fails', async (page) => {
  await look(page, 'protocol');
  await run(page, `${A} S seq=1000`, `${B} SA seq=5000 ack=1001`, `${A} A seq=1001 ack=5001`);
  await run(page, `${A} PA seq=1001 ack=90000 len=100`);
  assert.equal(await page.ct('bound-row', { bound: 'III' }).getAttribute('data-met'), 'false');
  assert.equal(await page.ct('protocol-packet').getAttribute('data-outcome'), 'refused');
  assert.equal(await page.ct('state-badge').innerHTML().then((it) => /refused/.test(it)), true);
});

test('a FIN closes, the way is told, and a step of it leads back there', async (page) => {
  await look(page, 'protocol');
  await load(page, 'handshake');
  await page.press('End');
  assert.equal(await state(page), 'TIME_WAIT');
  const path = page.ct('protocol-path').locator('button');
  assert.equal(await path.count(), 7);
  await path.filter({ hasText: 'FIN_WAIT' }).first().click();
  await page.settled();
  assert.equal(await state(page), 'FIN_WAIT');
  await page.ct('tcp-edge', { from: 'ESTABLISHED', to: 'FIN_WAIT', trod: 'fresh' }).waitFor({ state: 'attached' });
});

test('NAT: the reply tuple beside the plain inverse', async (page) => {
  await look(page, 'relations');
  await load(page, 'nat');
  await commands(page, 4);
  const changed = page.ct('nat-field', { changed: true });
  assert.deepEqual(await changed.evaluateAll((rows) => rows.map((row) => row.dataset.field)), ['dst address']);
  assert.match(await changed.innerText(), /10\.0\.0\.10 → 203\.0\.113\.5/);
  assert.match(await page.ct('nat-half', { half: 'source' }).innerText(), /rule 1\s+nft postrouting oif wan masquerade/);
  await page.raw.locator('[data-ct="lens-conn"][data-conn="c1"]').waitFor();
});

test('FTP: an expectation, then a child that holds its master', async (page) => {
  await look(page, 'relations');
  await load(page, 'ftp-expectation');
  await commands(page, 7);
  assert.match(await page.ct('expectation', { gone: false }).innerText(), /192\.0\.2\.20 port \*/);
  await commands(page, 2);
  assert.equal(await page.ct('expectation', { gone: false }).count(), 0);
  assert.match(await page.ct('member', { conn: 'c2' }).innerText(), /EXPECTED[\s\S]*master c1/);
  assert.match(await page.ct('child-pin').innerText(), /held by 1 child/);
});

test('a run without relations offers those that have some', async (page) => {
  await look(page, 'relations');
  await run(page, 'udp 10.0.0.10:5000 > 192.0.2.53:53 len=12');
  await page.raw.locator('[data-preset="zones"]').click();
  await page.settled();
  await page.press('End');
  await page.ct('zones').waitFor();
});

test('on a phone the states fit, and nothing is wider than the page', { viewport: VIEWPORTS.phone }, async (page) => {
  await page.raw.locator('.lensbar__pick select').selectOption('protocol');
  await load(page, 'tcp-windows');
  await page.press('End');
  await page.ct('tcp-state', { now: true }).waitFor();
  const [wide, room] = await page.raw.evaluate(() => [document.documentElement.scrollWidth, window.innerWidth]);
  assert.ok(wide <= room, `${wide} of ${room}`);
});
