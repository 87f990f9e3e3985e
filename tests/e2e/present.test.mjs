// Present: what a lecturer does in front of a hall.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { load } from './browser.mjs';
import { VIEWPORTS, test } from './harness.mjs';
import { narration } from './steps.mjs';

const AXE = readFileSync(load.resolve('axe-core/axe.min.js'), 'utf8');
const HALL = { width: 1920, height: 1080 };
const OLD = { width: 1024, height: 768 };

/** Asks axe of a page as it is; fails with what is wrong and where. */
async function look(raw, screen) {
  await raw.evaluate(AXE);
  const found = await raw.evaluate(async () => {
    const { violations } = await window.axe.run(document, { resultTypes: ['violations'] });
    return violations.map(({ id, nodes }) => `${id}: ${nodes[0].html.slice(0, 200)}`);
  });
  assert.deepEqual(found, [], screen);
}

/** Presses PgDn until nothing comes any more; gives back the sentences. */
async function through(page, most = 120) {
  const said = [await narration(page)];
  for (let at = 0; at < most; at += 1) {
    if (await page.button('Next').getAttribute('aria-disabled') === 'true') return said;
    await page.press('PageDown');
    said.push(await narration(page));
  }
  assert.fail(`no end after ${most} beats`);
  return said;
}

const present = (page) => page.raw.locator('[data-present="true"]');

/** The window with notes, as soon as it is live. */
async function notesOf(page, open) {
  const popup = page.raw.context().waitForEvent('page');
  await open();
  const notes = await popup;
  await notes.locator('[data-notes="true"]').waitFor();
  return notes;
}

const ct = (raw, name) => raw.locator(`[data-ct="${name}"]`);

test('PgDn alone presents a log from start to end, PgUp goes back',
  { viewport: HALL, at: '?present#handshake' }, async (page) => {
    await present(page).waitFor();
    const said = await through(page);
    assert.ok(said.length > 6, said.join('\n'));
    assert.ok(said.every((sentence) => sentence !== ''));
    assert.equal(await page.raw.evaluate(() => document.documentElement.dataset.theme), 'projector');
    for (let at = said.length - 2; at >= 0; at -= 1) {
      await page.press('PageUp');
      assert.equal(await narration(page), said[at]);
    }
  });

test('PgDn alone presents a lesson: each question is asked, then told',
  { viewport: HALL, at: '?present#lesson/first-packet' }, async (page) => {
    await present(page).waitFor();
    const answers = page.ct('answer');
    const asks = page.raw.locator('.hall__how');
    let asked = 0;
    let told = 0;
    for (let beat = 0; ; beat += 1) {
      assert.ok(beat < 80, 'it comes to an end');
      assert.notEqual(await narration(page), '');
      if (await asks.count() > 0) {
        asked += 1;
        assert.equal(await answers.count(), 0);
        assert.equal(await page.ct('answer-mark').count(), 0, 'the result is hidden');
        const question = await narration(page);
        await look(page.raw, `question: ${question}`);
        await page.press('PageDown');
        assert.equal(await narration(page), question);
        assert.notEqual((await answers.innerText()).trim(), '');
        await look(page.raw, `answer: ${question}`);
        told += 1;
      }
      if (await page.button('Next').getAttribute('aria-disabled') === 'true') break;
      await page.press('PageDown');
    }
    assert.ok(asked > 0 && asked === told, `${asked} asked, ${told} told`);
    await page.press('Home');
    await page.press('Escape');
    assert.equal(await present(page).count(), 0);
  });

test('P begins and leaves, and nothing is lost', async (page) => {
  await page.line('udp 10.0.0.10:5000 > 192.0.2.53:53 len=12');
  await page.ct('console').fill('udp 10.0.0.');
  await page.press('Escape', 'End');
  const before = await page.raw.locator('[data-ct="app"]').evaluate((node) => node.innerText);
  await page.click('Present');
  await present(page).waitFor();
  assert.equal(await page.ct('console').count(), 0);
  await page.press('PageUp', 'PageDown', 'g', 'End', 'p');
  assert.equal(await present(page).count(), 0);
  assert.equal(await page.ct('console').inputValue(), 'udp 10.0.0.');
  const after = await page.raw.locator('[data-ct="app"]').evaluate((node) => node.innerText);
  assert.equal(after, before);
  await page.press('p');
  await present(page).waitFor();
  await page.press('Escape');
  assert.equal(await present(page).count(), 0);
  assert.notEqual(await page.raw.evaluate(() => document.documentElement.dataset.theme), 'projector');
});

test('a full stop blanks the hall, any key brings it back',
  { viewport: HALL, at: '?present#first-packet' }, async (page) => {
    await page.press('PageDown');
    const said = await narration(page);
    for (const [blank, back] of [['.', 'PageDown'], ['b', 'x'], ['.', 'Enter'], ['.', ' ']]) {
      await page.press(blank);
      await page.ct('blank').waitFor();
      await look(page.raw, 'blank');
      await page.press(back);
      assert.equal(await page.ct('blank').count(), 0, `${blank} ${back}`);
      assert.equal(await narration(page), said);
    }
  });

test('the second window shows notes and steers', { viewport: HALL, at: '?present#handshake' },
  async (page) => {
    await page.press('PageDown');
    const notes = await notesOf(page, () => page.press('n'));
    const now = async () => (await ct(notes, 'narration').innerText()).trim();
    const told = async (sentence) => {
      await notes.locator('[data-ct="narration"]', { hasText: sentence }).waitFor();
    };
    await told(await narration(page));
    const next = (await ct(notes, 'next-beat').innerText()).trim();
    const was = await now();
    await notes.getByRole('button', { name: 'Next', exact: true }).click();
    await page.raw.waitForFunction((before) => (
      document.querySelector('[data-ct="narration"]').innerText.trim() !== before), was);
    const said = await narration(page);
    assert.ok(next.includes(said), `${next}\n${said}`);
    await told(said);
    await notes.keyboard.press('.');
    await page.ct('blank').waitFor();
    await ct(notes, 'notes-trouble').waitFor();
    await notes.keyboard.press('.');
    await page.ct('blank').waitFor({ state: 'detached' });
    await look(notes, 'notes');
    assert.match(await ct(notes, 'timer').innerText(), /^\d+:\d\d$/);
    // Loaded anew, the main window is there again; closed, the notes say so.
    await page.raw.reload();
    await present(page).waitFor();
    await told(await narration(page));
    await ct(notes, 'notes-trouble').waitFor({ state: 'detached' });
    await page.raw.goto('about:blank');
    await ct(notes, 'notes-trouble').waitFor();
    assert.match(await ct(notes, 'notes-trouble').innerText(), /closed/);
    await notes.close();
  });

test('notes in a window that nobody opened from here hear the hall too',
  { at: '?present#first-packet' }, async (page) => {
    const notes = await page.raw.context().newPage();
    await notes.goto(new URL('?notes', page.raw.url()).href);
    // Before it is live, the page has a first sentence too.
    await ct(notes, 'timer').waitFor();
    await notes.locator('[data-ct="narration"]', { hasText: await narration(page) }).waitFor();
    await notes.keyboard.press('PageDown');
    await page.raw.locator('.beat--now').waitFor();
    await notes.close();
  });

test('Present is readable and sound at every size, and on a phone', async (page) => {
  for (const viewport of [HALL, OLD, VIEWPORTS.desktop, VIEWPORTS.phone]) {
    await page.raw.setViewportSize(viewport);
    await page.goto('?present#first-packet&at=1.9');
    await present(page).waitFor();
    await page.press('PageDown');
    const wide = await page.raw.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(wide <= viewport.width, `${wide} px wide at ${viewport.width}`);
    await look(page.raw, `Present at ${viewport.width}`);
  }
});

test('what a hall reads is large enough', { viewport: HALL, at: '?present#first-packet&at=1.9' },
  async (page) => {
    await page.press('PageDown');
    const sizes = await page.raw.evaluate(() => {
      const shown = (selector) => {
        const node = document.querySelector(selector);
        const size = parseFloat(getComputedStyle(node).fontSize);
        // What an element is zoomed by shows in its box only.
        const { width } = node.getBoundingClientRect();
        return { size, width };
      };
      const chip = document.querySelector('.tuplehash__body').getBoundingClientRect();
      return { sentence: shown('.hall__what').size, place: shown('.hall__place').size, chip: chip.width };
    });
    assert.ok(sizes.sentence >= 32, `sentence ${sizes.sentence}`);
    // A chip is drawn 312 wide with letters of 13: so wide, its letters have 24 pixels.
    assert.ok(sizes.chip >= 312 * 24 / 13, `chip ${sizes.chip}`);
  });
