// axe-core looks at every screen of the page in every theme. It cannot see text in pictures;
// tests/contrast.rs does the sums of all colours.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { load } from './browser.mjs';
import { VIEWPORTS, test } from './harness.mjs';

const AXE = readFileSync(load.resolve('axe-core/axe.min.js'), 'utf8');

/** Every lens of every screen takes its time. */
const LONG = 600_000;

const SYN = 'tcp 192.168.1.2:47562 > 10.0.0.2:80 S seq=1000';
const SYN_ACK = 'tcp 10.0.0.2:80 > 192.168.1.2:47562 SA seq=5000 ack=1001';

/** Asks axe of the page as it is; fails with what is wrong and where. */
async function look(page, screen) {
  // Evaluated, not added as a script element: then it needs no rule that allows it.
  await page.raw.evaluate(AXE);
  const found = await page.raw.evaluate(async () => {
    const { violations } = await window.axe.run(document, { resultTypes: ['violations'] });
    return violations.map(({ id, help, nodes }) => (
      `${id}: ${help}\n${nodes.slice(0, 5).map((node) => `    ${node.html.slice(0, 200)}\n    ${
        (node.any[0] ?? node.all[0] ?? node.none[0])?.message ?? ''}`).join('\n')}`
    ));
  });
  assert.deepEqual(found, [], `${screen}\n${found.join('\n')}`);
}

/** The names of the buttons in a bar, in order; empty if there is no such bar. */
function names(page, bar) {
  return page.raw.locator(`${bar} button`).evaluateAll(
    (nodes) => nodes.map((node) => node.ariaLabel ?? node.textContent.trim()),
  );
}

/** Looks at what each button of a bar opens. */
async function each(page, bar, screen) {
  for (const [at, name] of (await names(page, bar)).entries()) {
    await page.raw.locator(`${bar} button`).nth(at).click();
    await page.settled();
    await look(page, `${screen}: ${name}`);
  }
  // Back to the first: some leave no room for the others.
  await page.raw.locator(`${bar} button`).first().click();
  await page.settled();
}

/** Looks through each lens that can be chosen from the list on a phone. */
async function eachListed(page) {
  const list = page.raw.locator('[data-ct="lenses"] select');
  const lenses = await list.locator('option').evaluateAll((nodes) => nodes.map((it) => it.value));
  for (const lens of lenses) {
    await list.selectOption(lens);
    await page.settled();
    await look(page, `lens ${lens}`);
  }
  await list.selectOption(lenses[0]);
}

const BARS = ['[data-ct="lenses"]', '.tabs'];

for (const theme of ['light', 'dark', 'projector']) {
  test(`axe finds nothing on a wide screen, ${theme}`, { theme, first: true, timeout: LONG }, async (page) => {
    await look(page, 'empty start');
    for (let step = 0; step < 5; step += 1) {
      await page.press('ArrowRight');
      await look(page, `shown round, ${step}`);
    }
    await page.line('reset');

    await page.line(SYN);
    for (let step = 0; step < 12; step += 1) await page.stepForward();
    await look(page, 'in the middle of a packet');
    await page.press('End');

    await page.line(`${SYN_ACK} hold=postrouting`);
    await page.line('udp 10.0.0.10:5000 > 192.0.2.53:53 hold=forward');
    await page.press('End');
    await look(page, 'a packet is held before confirm');
    for (const bar of BARS) await each(page, bar, 'held');

    await page.line('events slow');
    await page.line('delete c1');
    await page.press('End');
    await look(page, 'a connection is dying');

    await page.line('wrong');
    await look(page, 'a line that is wrong');

    await page.press('?');
    await look(page, 'help');
    await page.press('Escape');
    await page.click('Describe all');
    await look(page, 'in words');
    await page.press('Escape');
    await page.click('Scenario as text');
    await look(page, 'the scenario as text');
    await page.press('Escape');
  });

  const phone = { theme, first: true, timeout: LONG, viewport: VIEWPORTS.phone };
  test(`axe finds nothing on a phone, ${theme}`, phone, async (page) => {
    await look(page, 'empty start');
    await page.press('n', 'End');
    await look(page, 'a connection');
    await eachListed(page);
    await page.click('Packets');
    await look(page, 'the sheet of packets');
    await page.press('Escape');
    await page.click('Inspect');
    await look(page, 'the sheet of details');
    await each(page, '.tabs', 'sheet');
    await page.press('Escape');
    await page.click('More controls');
    await look(page, 'more controls');
  });
}
