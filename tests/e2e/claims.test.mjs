// Every figure and every claim of the article, by its link: the sentence, the object, the mark.

import assert from 'node:assert/strict';
import { test } from './harness.mjs';
import { expectShown, rows } from './shown.mjs';
import { figure } from './steps.mjs';

/** `3 (4)` as the page has it: ["3", "4"]. */
function number(row) {
  return /^(\d) \((\d)\)$/.exec(row.row)?.slice(1);
}

test('each step of figures 3, 4 and 5, by its link, is marked above the stage', async (page) => {
  for (const row of rows('figures').filter((it) => '345'.includes(it.row[0]))) {
    await expectShown(page, row);
    const [of, step] = number(row);
    assert.equal(await figure(page), `${of}.${step}`);
    const now = page.ct('figure-step', { figure: `${of}.${step}`, when: 'now' });
    assert.equal(await now.count(), 1, row.row);
    assert.equal(await now.getAttribute('aria-current'), 'step');
    const badges = page.ct('figure-badge', { figure: `${of}.${step}`, when: 'now' });
    assert.ok((await badges.count()) > 0, `${row.row} has no number on the stage`);
  }
});

test('figures 1 and 2, and each transition of figure 6, by their links', async (page) => {
  for (const row of rows('figures').filter((it) => '126'.includes(it.row[0]))) {
    await expectShown(page, row);
    const [of, step] = number(row) ?? [];
    if (of === '6') {
      const now = page.ct('figure-step', { figure: `6.${step}`, when: 'now' });
      assert.equal(await now.count(), 1, row.row);
    }
  }
});

const WALK = rows('figures').find((row) => row.row === '3 (4)').link;

test('a link opens the page at its step', { at: `#${WALK}` }, async (page) => {
  assert.equal(await figure(page), '3.4');
  assert.equal(await page.raw.evaluate(() => location.hash), `#${WALK}`);
});

for (const [from, to] of [[1, 10], [11, 20], [21, 30]]) {
  test(`claims ${from} to ${to} of the article, by their links`, async (page) => {
    for (const row of rows('claims').slice(from - 1, to)) await expectShown(page, row);
  });
}
