// Everything without a mouse: a whole session by keys, walking through the stage, and the focus,
// which is always seen and never lost.

import assert from 'node:assert/strict';
import { test } from './harness.mjs';
import { card, focus, forwardUntil, lines, narration, places } from './steps.mjs';

/** The focus is on something of the page, and one sees it. */
async function kept(page, after) {
  let at = await focus(page);
  // What had the focus may be taken away a turn later than the rest.
  for (let tries = 0; tries < 20 && !at.inPage; tries += 1) {
    await page.raw.waitForTimeout(50);
    at = await focus(page);
  }
  assert.ok(at.inPage, `the focus is lost after ${after}`);
  assert.ok(at.shown, `one does not see that ${at.name} has the focus, after ${after}`);
  return at;
}

/** Presses Tab until something of that name has the focus. */
async function tabTo(page, name, key = 'Tab') {
  const seen = [];
  for (let presses = 0; presses < 150; presses += 1) {
    await page.press(key);
    const at = await focus(page);
    if (at.inPage) await kept(page, key);
    if (typeof name === 'string' ? at.name === name : name.test(at.name)) return at;
    seen.push(at.name);
  }
  return assert.fail(`${name} is not reached with ${key}: ${seen.join(', ')}`);
}

async function type(page, text) {
  await page.raw.keyboard.type(text);
  await page.press('Enter');
}

const FIRST = { first: true };

test('a whole session from empty start to freed connection, by keys alone', FIRST, async (page) => {
  // The first packet, with its question.
  assert.equal((await kept(page, 'the start')).id, 'guide-go');
  await page.press('Enter');
  await kept(page, 'the first packet');
  await forwardUntil(page, async () => (await page.button('2 entries').count()) === 1, 10);
  await tabTo(page, '2 entries', 'Shift+Tab');
  await page.press('Enter');
  assert.deepEqual(await places(page, 'c1'), ['bucket 1 reply', 'bucket 3 original']);
  await kept(page, 'the answer');
  await tabTo(page, 'free play');
  await page.press('Enter');
  await kept(page, 'leaving the guide');

  // The command line, and back.
  await page.press('/');
  assert.equal((await kept(page, '/')).id, 'console');
  await type(page, 'udp 10.0.0.10:5000 > 192.0.2.53:53 hold=postrouting');
  await page.press('End');
  await page.press('Escape');
  await kept(page, 'Escape in the command line');
  assert.equal(await card(page, 'c2', 'place'), 'unconfirmed');

  // The bench: the held packet goes on, another one is sent.
  await tabTo(page, /^Release s2$|^release s2$/i);
  await page.press('Enter');
  await kept(page, 'releasing the packet: its button is gone');
  await page.press('End');
  assert.equal(await card(page, 'c2', 'place'), 'table');
  await tabTo(page, /^Send packet/);
  await page.press('Enter');
  await page.press('End');
  await kept(page, 'sending a packet');

  // Tabs, lenses, dialogs.
  await tabTo(page, '-L');
  await page.press('Enter');
  assert.match((await lines(page, 'conntrack-list')).join('\n'), /^udp /m);
  const lenses = await page.raw.locator('[data-ct="lenses"] button').evaluateAll(
    (nodes) => nodes.map((node) => node.ariaLabel ?? node.textContent.trim()),
  );
  assert.ok(lenses.length > 0);
  for (const lens of lenses) {
    await tabTo(page, lens);
    await page.press('Enter');
    await kept(page, lens);
  }
  await page.press('0');
  await kept(page, '0');
  for (const [key, closes] of [['?', 'Escape'], ['d', 'Escape']]) {
    await page.press(key);
    for (let presses = 0; presses < 4; presses += 1) {
      const at = await focus(page);
      assert.ok(at.inDialog || !at.inPage, `${key}: ${at.name} is behind the dialog`);
      await page.press('Tab');
    }
    await page.press(closes);
    assert.equal(await page.raw.locator('dialog[open]').count(), 0);
    await kept(page, `closing ${key}`);
  }
  await tabTo(page, 'Scenario as text');
  await page.press('Enter');
  assert.ok((await focus(page)).inDialog);
  await page.press('Escape');
  await kept(page, 'closing the scenario');

  // The end of c1.
  await page.press('/');
  await type(page, 'delete c1');
  await page.press('Escape');
  await forwardUntil(page, async () => (await card(page, 'c1', 'place')) === 'freed');
  assert.deepEqual(await places(page, 'c1'), []);
  await kept(page, 'the end');
});

test('Enter goes into the stage, arrows walk, Escape comes out, and steps work outside', async (page) => {
  await page.line('tcp 192.168.1.2:47562 > 10.0.0.2:80 S seq=1000');
  await page.line('udp 10.0.0.10:5000 > 192.0.2.53:53 hold=forward');
  await page.press('End', 'Escape');
  await tabTo(page, /^Stage/);
  const before = await page.ct('step').innerText();
  await page.press('ArrowLeft');
  assert.notEqual(await page.ct('step').innerText(), before, 'outside, arrows step');
  await page.press('ArrowRight');

  await page.press('Enter');
  const seen = new Set();
  const at = async (key) => {
    const { name, inStage } = await kept(page, key);
    assert.ok(inStage, `${key} leads out of the stage, to ${name}`);
    seen.add(name);
  };
  await at('Enter');
  // Down along the left edge to the cards, then to and fro.
  for (let row = 0; row < 16; row += 1) {
    await page.press('ArrowDown');
    await at('ArrowDown');
    for (const key of ['ArrowRight', 'ArrowRight', 'ArrowLeft', 'ArrowLeft']) {
      await page.press(key);
      await at(key);
    }
  }
  for (let row = 0; row < 16; row += 1) {
    await page.press('ArrowUp');
    await at('ArrowUp');
  }
  assert.equal(await page.ct('step').innerText(), before, 'inside, arrows do not step');
  const all = [...seen].join('\n');
  for (const what of [
    /packet s2, held at FORWARD/, /select bucket 3/, /connection c1 original direction/,
    /connection c1 reply direction/, /connection c2 original direction/,
    /^connection c1, confirmed/m, /^connection c2, unconfirmed/m,
    /packet s2 holds a reference/, /gc worker/,
  ]) assert.match(all, what);

  // What is chosen keeps the focus while steps go by, even when it moves to another row.
  await page.press('Escape');
  assert.match((await kept(page, 'Escape')).name, /^Stage/);
  await page.press('ArrowLeft');
  assert.notEqual(await page.ct('step').innerText(), before);
});

test('the focus stays on a node that moves to a bucket', async (page) => {
  await page.line('tcp 192.168.1.2:47562 > 10.0.0.2:80 S seq=1000');
  await page.press('Home');
  await forwardUntil(page, async () => (await places(page, 'c1')).includes('unconfirmed original'));
  await page.press('Escape');
  await tabTo(page, /^Stage/);
  await page.press('Enter');
  for (let tries = 0; tries < 20; tries += 1) {
    if (/connection c1 original direction/.test((await focus(page)).name)) break;
    await page.press('ArrowDown');
  }
  assert.match((await focus(page)).name, /connection c1 original direction/);
  await page.press('Shift+ArrowRight');
  assert.deepEqual(await places(page, 'c1'), ['bucket 1 reply', 'bucket 3 original']);
  assert.match((await kept(page, 'the move')).name, /connection c1 original direction/);
});

test('letters, digits and signs can be switched off as keys, and stay so', async (page) => {
  await page.press('n', 'End');
  const step = await page.ct('step').innerText();
  await page.press('?');
  await page.ct('single-keys').uncheck();
  await page.press('Escape');
  await page.press('n', 'g', 't', '?', 'd');
  assert.equal(await page.ct('step').innerText(), step);
  assert.equal(await page.raw.locator('dialog[open]').count(), 0);
  await page.press('ArrowLeft');
  assert.notEqual(await page.ct('step').innerText(), step, 'arrows are no signs');
  await page.raw.reload();
  await page.ct('app', { ready: true }).waitFor();
  const there = await page.ct('step').innerText();
  await page.press('n');
  assert.equal(await page.ct('step').innerText(), there);
  await page.click('Help');
  await page.ct('single-keys').check();
  await page.press('Escape');
  await page.press('n');
  assert.notEqual(await page.ct('step').innerText(), there);
});

test('every key has a button that names it', async (page) => {
  const titles = await page.raw.locator('button[title]').evaluateAll(
    (nodes) => nodes.map((node) => node.title).join('\n'),
  );
  const keys = ['→', '←', 'Shift+→', 'Shift+←', 'Space', 'Home', 'End', 'N', 'G', 'L', 'D',
    'Ctrl+Z', 'Ctrl+Shift+Z', '?'];
  for (const key of keys) assert.ok(titles.includes(`(${key})`), `${key}\n${titles}`);
  assert.match(await page.ct('console').getAttribute('title'), /\(\//);
});

test('the whole state is told in words', async (page) => {
  await page.line('tcp 192.168.1.2:47562 > 10.0.0.2:80 S seq=1000');
  await page.line('udp 10.0.0.10:5000 > 192.0.2.53:53 hold=forward');
  await page.press('End', 'Escape');
  await page.click('Describe all');
  const told = await page.ct('described').innerText();
  assert.ok(told.includes(await narration(page)), told);
  for (const part of [
    /Bucket 3: c1 original\./, /Bucket 1: c1 reply\./, /c1: TCP 192\.168\.1\.2:47562/, /use 1/,
    /s2 \(UDP.*\) waits at FORWARD, with c2/, /state SYN_SENT/,
  ]) assert.match(told, part);
  await page.click('Close description');
  assert.equal(await page.raw.locator('dialog[open]').count(), 0);
});
