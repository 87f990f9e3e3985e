// A link goes from hand to hand: made in one browser, it opens in another and in the page in one
// file, on the same step.

import assert from 'node:assert/strict';
import { READY, env, launch, programOf } from './browser.mjs';
import { test } from './harness.mjs';
import { SINGLE } from './site.mjs';
import { figure, narration, places } from './steps.mjs';

const OTHER = env.name === 'firefox' ? 'chromium' : 'firefox';
const notIn = programOf(OTHER) === undefined ? { [env.name]: `there is no ${OTHER} beside it` } : {};

/** What is on the screen, as far as a link says it. */
async function seen(page) {
  return {
    step: await page.ct('step').innerText(),
    says: await narration(page),
    figure: await figure(page),
    places: [await places(page, 'c1'), await places(page, 'c2')],
    lens: await page.raw.locator('[data-lens][aria-pressed=true]').evaluateAll(
      (nodes) => nodes.map((node) => node.dataset.lens),
    ),
    selected: await page.ct('conn', { conn: 'c1' }).count(),
  };
}

test('a link opens in another browser and in the single file on the same step', {
  notIn, timeout: 300_000,
}, async (page) => {
  await page.line('tcp 10.0.0.10:40000 > 192.0.2.20:80 S seq=1000');
  await page.line('udp 10.0.0.10:5000 > 192.0.2.53:53 len=12   # "a note", in ütf-8: <b>→</b>');
  await page.press('Home', 'Shift+ArrowRight', 'ArrowRight', 'ArrowRight', 'ArrowRight', '3');
  await page.click('Copy link');
  const { hash } = new URL(await page.clipboard());
  const here = await seen(page);
  assert.match(here.step, /\d+ \/ \d+/);

  await page.goto('?again');
  await page.goto(`?again${hash}`);
  assert.deepEqual(await seen(page), here, 'in this browser');

  const other = await launch(OTHER);
  try {
    const raw = await other.newPage();
    for (const address of [env.url, SINGLE]) {
      await raw.goto(address + hash);
      await raw.locator(READY).waitFor({ state: 'attached' });
      const there = Object.assign(Object.create(page), { raw });
      assert.deepEqual(await seen(there), here, `${OTHER}, ${address}`);
    }
  } finally {
    await other.close();
  }
  page.base = SINGLE;
  await page.goto(hash);
  assert.deepEqual(await seen(page), here, 'in the single file');
});
