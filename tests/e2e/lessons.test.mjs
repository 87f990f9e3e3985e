// Lessons and labs: each one from start to end with right and with wrong answers, one by keys
// alone, links, a lesson of one's own, and what axe says of the screens.

import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { load } from './browser.mjs';
import { VIEWPORTS, test } from './harness.mjs';
import { focus } from './steps.mjs';

const FOLDER = new URL('../../static/lessons/en/', import.meta.url);
const AXE = readFileSync(load.resolve('axe-core/axe.min.js'), 'utf8');
const LONG = 600_000;

/** Name, kind, and the stops with what each asks for, as far as a test has to know them. */
function lessons() {
  return readdirSync(FOLDER).filter((name) => name.endsWith('.lesson')).sort().map((file) => {
    const lines = readFileSync(new URL(file, FOLDER), 'utf8').split('\n');
    const stops = [];
    let kind = 'lesson';
    for (const line of lines) {
      const [, key, value] = /^([a-z]+): *(.*)$/.exec(line) ?? [];
      const stop = stops.at(-1);
      if (line.startsWith('== ')) stops.push({ title: line.slice(3), tries: [] });
      if (key === 'kind') kind = value;
      if (key === 'ask') stop.ask = value.split(' ')[0];
      if (key === 'turn') stop.turn = true;
      if (key === 'try') stop.tries.push(value);
    }
    return { name: file.replace('.lesson', ''), kind, stops };
  });
}

const go = (page) => page.raw.locator('#lesson-go');
const act = (page, name) => page.raw.locator(`.lcard [data-act="${name}"]`);
const reveal = (page) => page.ct('lesson-reveal');

const press = (page, target) => page.tap(target);

/** Gives an answer, on the picture where it can be given there. */
async function give(page, ask, answer) {
  if (['use', 'entries', 'deadline'].includes(ask)) {
    await page.ct('lesson-answer').fill(answer);
  } else {
    for (const token of ask === 'buckets' ? answer.split(' ') : [answer]) {
      const place = page.ct('lesson-pick', { token }).first();
      const beside = page.raw.locator(`.lcard__choice[data-token="${token}"]`);
      // A row may be out of sight: then the number is typed, as anybody would.
      if (ask === 'buckets' && answer !== 'none' && (await place.count()) === 0) {
        await page.ct('lesson-answer').fill(answer);
        break;
      }
      const drawn = ask === 'buckets' && (await place.count()) > 0;
      await press(page, drawn ? place : beside);
    }
  }
  await press(page, go(page));
  return (await reveal(page).count()) > 0 ? reveal(page).getAttribute('data-mark') : 'none';
}

/** A wrong answer of the same kind. */
async function wrong(page, ask, right) {
  if (['use', 'entries', 'deadline'].includes(ask)) return String(Number(right) + 7);
  if (ask === 'buckets') return right === '0' ? '1' : '0';
  const tokens = await page.raw.locator('.lcard__choice').evaluateAll(
    (nodes) => nodes.map((node) => node.dataset.token),
  );
  return tokens.find((token) => token !== right);
}

for (const { name, kind, stops } of lessons()) {
  test(`${name} runs to its end, with right and with wrong answers`, { at: `#${kind}/${name}`, timeout: LONG }, async (page) => {
    assert.equal(await page.ct('lesson-card').getAttribute('data-stop'), '0');
    for (const [at, stop] of stops.entries()) {
      await press(page, go(page));
      const here = `${name}, ${stop.title}`;
      assert.equal(await page.ct('lesson-card').getAttribute('data-stop'), String(at + 1), here);
      if (stop.ask) {
        await press(page, act(page, 'Skip'));
        const right = await reveal(page).getAttribute('data-answer');
        await press(page, act(page, 'Retry'));
        assert.equal(await give(page, stop.ask, await wrong(page, stop.ask, right)), 'Wrong', here);
        await press(page, act(page, 'Retry'));
        assert.equal(await give(page, stop.ask, right), 'Right', `${here}: ${right}`);
      }
      if (stop.turn) {
        const goals = page.ct('lesson-goals');
        assert.equal(await goals.getAttribute('data-reached'), 'false', here);
        for (const line of stop.tries) {
          await page.press('End');
          await page.line(line);
        }
        assert.equal(await goals.getAttribute('data-reached'), 'true', here);
        await press(page, act(page, 'Anew'));
        assert.equal(await goals.getAttribute('data-reached'), 'false', here);
        await press(page, act(page, 'ShowMe'));
        assert.equal(await goals.getAttribute('data-reached'), 'true', here);
      }
    }
    await press(page, go(page));
    await page.ct('lesson-end').waitFor();
    // It is marked in the list, also after loading anew.
    await page.goto(`?again#${kind === 'lab' ? 'labs' : 'lessons'}`);
    const row = page.raw.locator(`[data-lesson="${name}"]`);
    assert.equal(await row.getAttribute('data-done'), 'true');
  });
}

/** Presses Tab until something that fits has the focus. */
async function tabTo(page, fits) {
  for (let presses = 0; presses < 120; presses += 1) {
    if (await page.raw.evaluate(fits)) return;
    await page.press('Tab');
  }
  assert.fail(`not reached by Tab: ${fits}`);
}

test('the first lesson by keys alone', { timeout: LONG }, async (page) => {
  const { stops } = lessons().find(({ name }) => name === 'first-packet');
  await tabTo(page, () => document.activeElement.textContent.trim() === 'Lessons');
  await page.press('Enter');
  await tabTo(page, () => document.activeElement.dataset.lesson === 'first-packet');
  await page.press('Enter');
  for (const stop of stops) {
    // The main button has the focus at every stop.
    assert.equal((await focus(page)).id, 'lesson-go', stop.title);
    await page.press('Enter');
    const asked = await page.ct('lesson-prompt').count();
    assert.equal(asked > 0, Boolean(stop.ask || stop.turn), stop.title);
    if (stop.ask) {
      const field = await page.ct('lesson-answer').count();
      if (field > 0) {
        await tabTo(page, () => document.activeElement.id === 'lesson-answer');
        await page.raw.keyboard.type(stop.ask === 'buckets' ? '0 7' : '77');
      } else {
        await tabTo(page, () => document.activeElement.classList.contains('lcard__choice'));
      }
      await page.press('Enter');
      if (field === 0) {
        await tabTo(page, () => document.activeElement.id === 'lesson-go');
        await page.press('Enter');
      }
      await reveal(page).waitFor();
      const said = await page.ct('lesson-status').innerText();
      assert.match(said, /^(You said|Right)/, stop.title);
    }
    if (stop.turn) {
      await tabTo(page, () => document.activeElement.dataset.act === 'ShowMe');
      await page.press('Enter');
      assert.equal(await page.ct('lesson-goals').getAttribute('data-reached'), 'true');
      await tabTo(page, () => document.activeElement.id === 'lesson-go');
    }
  }
  await page.press('Enter');
  await page.ct('lesson-end').waitFor();
});

test('a bucket is picked on the picture with the arrows', { at: '#lesson/first-packet/6' }, async (page) => {
  await page.raw.locator('.stage').focus();
  await page.press('Enter');
  for (let presses = 0; presses < 40; presses += 1) {
    const at = await page.raw.evaluate(() => document.activeElement.dataset.ct);
    if (at === 'lesson-pick') break;
    await page.press('ArrowDown');
  }
  const token = await page.raw.evaluate(() => document.activeElement.dataset.token);
  await page.press('Enter');
  assert.equal(
    await page.ct('lesson-pick', { token }).getAttribute('aria-pressed'), 'true', token,
  );
});

test('PgDn and PgUp go from stop to stop', { at: '#lesson/first-packet' }, async (page) => {
  const stop = () => page.ct('lesson-card').getAttribute('data-stop');
  await page.press('PageDown', 'PageDown', 'PageDown');
  assert.equal(await stop(), '3');
  await page.press('PageUp');
  assert.equal(await stop(), '2');
  assert.match(page.raw.url(), /#lesson\/first-packet\/2$/);
  await page.goto('?again#lesson/first-packet/2');
  assert.equal(await stop(), '2');
});

test('a link to no lesson leaves all as it was', {}, async (page) => {
  await page.line('udp 10.0.0.10:5000 > 192.0.2.53:53');
  await page.press('End');
  for (const bad of ['lesson/none', 'lesson/<b>', 'lab//3', 'lesson/first-packet%00/2']) {
    await page.raw.evaluate((fragment) => { location.hash = fragment; }, bad);
    await page.settled();
    assert.match(await page.raw.locator('.toast').innerText(), /no lesson/, bad);
    assert.equal(await page.ct('conn', { conn: 'c1' }).count(), 1, bad);
  }
});

const OWN = `title: My lesson
about: Five stops of mine.
udp 10.0.0.1:5000 > 10.0.0.2:53

== It is there
say: One packet, one connection.

== How many?
ask: entries
prompt: How many entries has the table?
because: Two for a connection.
`;

test('a lesson of one\'s own is pasted, and a bad one is told with its line', { at: '#lessons' }, async (page) => {
  await page.ct('lesson-text').fill(OWN.replace('say:', 'sy:'));
  await press(page, page.ct('lesson-load'));
  assert.match(await page.ct('lesson-problem').innerText(), /line 6, column 1: “sy:” is not known/);
  assert.match(await page.ct('lesson-text').inputValue(), /sy: One packet/);
  await page.ct('lesson-text').fill(OWN);
  await press(page, page.ct('lesson-load'));
  assert.equal(await page.raw.locator('.lrail__title').innerText(), 'My lesson');
  await press(page, go(page));
  await press(page, go(page));
  assert.equal(await give(page, 'entries', '2'), 'Right');
});

test('a lesson of one\'s own is chosen as a file', { at: '#lessons' }, async (page) => {
  const file = (text) => ({ name: 'mine.lesson', mimeType: 'text/plain', buffer: Buffer.from(text) });
  await page.ct('lesson-file').setInputFiles(file('title: T\n<script>alert(1)</script>'));
  await page.raw.locator('[data-ct="lesson-problem"] .problem').waitFor();
  await page.ct('lesson-file').setInputFiles(file(OWN));
  await page.raw.locator('.lrail__title').waitFor();
});

for (const theme of ['light', 'dark', 'projector']) {
  for (const [size, viewport] of Object.entries(VIEWPORTS)) {
    test(`axe finds nothing on the screens of lessons, ${theme}, ${size}`, { theme, viewport, timeout: LONG }, async (page) => {
      const look = async (screen) => {
        await page.raw.evaluate(AXE);
        const found = await page.raw.evaluate(async () => {
          const { violations } = await window.axe.run(document, { resultTypes: ['violations'] });
          return violations.map(({ id, nodes }) => `${id}: ${nodes[0].html.slice(0, 200)}`);
        });
        assert.deepEqual(found, [], screen);
      };
      await page.goto('?1#lessons');
      await look('lessons');
      await page.goto('?2#labs');
      await look('labs');
      const { stops } = lessons().find(({ name }) => name === 'first-packet');
      await page.goto('?3#lesson/first-packet');
      await look('words');
      for (const stop of stops) {
        await press(page, go(page));
        await look(stop.title);
        if (!stop.ask) continue;
        await press(page, act(page, 'Skip'));
        await look(`${stop.title}, told`);
      }
      await press(page, go(page));
      await look('end');
    });
  }
}
