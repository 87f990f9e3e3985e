// When the program itself fails it says so, with a link that leads back.

import assert from 'node:assert/strict';
import { test } from './harness.mjs';
import { narration } from './steps.mjs';

test('a failure of the program is told, with a link that leads back', async (page) => {
  await page.line('udp 10.0.0.10:5000 > 192.0.2.53:53 len=12');
  await page.press('End');
  const end = [await narration(page), await page.ct('step').innerText()];
  await page.press('Home', 'ArrowRight', 'ArrowRight', 'ArrowRight');
  // Yew takes it for granted that a node can be inserted.
  await page.raw.evaluate(() => {
    Node.prototype.insertBefore = () => { throw new Error('broken on purpose'); };
  });
  await page.raw.keyboard.press('End');
  const note = page.ct('panic');
  await note.waitFor();
  const said = await note.innerText();
  assert.match(said, /ctscope stopped/);
  assert.match(said, /panicked|broken on purpose/);
  assert.match(said, /while doing: /);
  assert.ok(page.complaints.length > 0, 'the console tells it too');

  // The link opens where the program was about to be, in a page that works.
  const link = await note.locator('a').getAttribute('href');
  await page.raw.goto('about:blank');
  await page.goto(new URL(link).hash);
  page.complaints.length = 0;
  assert.deepEqual([await narration(page), await page.ct('step').innerText()], end);
  await page.press('Home', 'End');
});
