// The page as a page: colours, focus, dialogs, the scenario as text.

import assert from 'node:assert/strict';
import { test } from './harness.mjs';
import { card, lines } from './steps.mjs';

const focused = (page) => page.raw.evaluate(() => document.activeElement.id);
const theme = (page) => page.raw.evaluate(() => document.documentElement.dataset.theme);

test('the colours follow the system until they are chosen, and are kept', async (page) => {
  assert.equal(await theme(page), 'light');
  await page.emulate({ colorScheme: 'dark' });
  assert.equal(await theme(page), 'dark');
  await page.ct('theme').selectOption('light');
  await page.settled();
  assert.equal(await theme(page), 'light');
  await page.raw.reload();
  await page.ct('app', { ready: true }).waitFor();
  await page.settled();
  assert.equal(await theme(page), 'light');
});

test('escape gives the focus back to the stage, and the keys work again', async (page) => {
  await page.press('n', '/');
  assert.equal(await focused(page), 'console');
  await page.raw.keyboard.type('g');
  assert.equal(await page.ct('console').inputValue(), 'g');
  await page.press('Escape');
  assert.equal(await focused(page), 'stage');
  const before = await page.ct('step').innerText();
  await page.press('ArrowRight');
  assert.notEqual(await page.ct('step').innerText(), before);
});

test('a scenario is read, changed and run again as text', async (page) => {
  await page.line('udp 10.0.0.10:5000 > 192.0.2.53:53');
  await page.click('Scenario as text');
  const text = page.ct('scenario-text');
  assert.match(await text.inputValue(), /^udp 10\.0\.0\.10:5000 > 192\.0\.2\.53:53/m);
  await text.fill('config buckets=4\nicmp 10.0.0.1 > 10.0.0.2 echo-request id=7 seq=1\n');
  await page.click('Run this text');
  await page.click('Close scenario');
  await page.press('End');
  assert.equal(await page.ct('bucket').count() > 0, true);
  assert.match((await lines(page, 'conntrack-list'))[0], /^icmp .* id=7/);
});

test('a ready-made scenario is loaded from the list', async (page) => {
  await page.raw.getByRole('combobox', { name: 'scenario' }).selectOption('first-packet');
  await page.settled();
  await page.press('ArrowRight', 'End');
  assert.notEqual(await card(page, 'c1', 'place'), null);
});

test('every control can be reached with Tab, and shows that it was', async (page) => {
  await page.press('n');
  const seen = new Set();
  for (let presses = 0; presses < 160; presses += 1) {
    await page.raw.keyboard.press('Tab');
    const at = await page.raw.evaluate(() => {
      const node = document.activeElement;
      if (node === document.body) return null;
      const ring = getComputedStyle(node);
      const around = getComputedStyle(node.closest('.pick, .cli__line') ?? node);
      const shown = ring.outlineStyle !== 'none' || around.outlineStyle !== 'none'
        || node.closest('.stage') !== null;
      return { name: node.ariaLabel ?? node.textContent.trim(), shown };
    });
    if (at === null) break;
    assert.ok(at.shown, `${at.name} has no ring`);
    seen.add(at.name);
  }
  const names = 'Step forward, Step back, Next event, Previous event, First, Last, Play, Undo, '
    + 'Redo, Advance, Run gc, Copy link, Reset, Help, Send packet';
  for (const name of names.split(', ')) {
    assert.ok(seen.has(name), `${name} among ${[...seen].join(', ')}`);
  }
});
