// Another language: chosen in the top bar, at once, without losing anything.

import assert from 'node:assert/strict';
import { VIEWPORTS, test } from './harness.mjs';
import { narration } from './steps.mjs';

const lang = (page) => page.raw.locator('html').getAttribute('lang');
const choose = async (page, tag) => {
  await page.ct('lang').selectOption(tag);
  await page.settled();
};

test('the page is in German at once, and nothing is lost', async (page) => {
  assert.equal(await lang(page), 'en');
  await page.line('udp 10.0.0.10:5000 > 192.0.2.53:53 len=12');
  await page.line('advance 5s');
  await page.stepBack(2);
  const english = await narration(page);
  const at = await page.ct('step').innerText();
  const address = page.raw.url();
  await page.ct('console').fill('advance 3');
  await page.raw.evaluate(() => { window.stays = true; });

  await choose(page, 'de');
  assert.equal(await lang(page), 'de');
  assert.equal(await page.ct('console').inputValue(), 'advance 3', 'what is typed stays');
  assert.equal(await page.ct('step').innerText(), at, 'one stands where one stood');
  assert.equal(page.raw.url(), address, 'the log is the same');
  assert.equal(await page.raw.evaluate(() => window.stays), true, 'nothing was loaded anew');
  assert.notEqual(await narration(page), english);
  await page.button('Schritt vor (→)').or(page.button('Schritt vor')).first().waitFor();
  for (const name of ['Paketwerkbank', 'Was geschieht', 'Zeit']) {
    assert.ok(await page.raw.getByLabel(name, { exact: true }).count() > 0, name);
  }
  for (const [tag, name] of [['en', 'English'], ['de', 'Deutsch']]) {
    const option = page.ct('lang').locator(`option[value=${tag}]`);
    assert.equal(await option.innerText(), name, 'each language in itself');
    assert.equal(await option.getAttribute('lang'), tag);
  }

  await choose(page, 'en');
  assert.equal(await lang(page), 'en');
  assert.equal(await narration(page), english);
  assert.equal(await page.ct('console').inputValue(), 'advance 3');
});

test('the choice is there at the next visit, before what the address asks for', async (page) => {
  await page.goto('?lang=de');
  assert.equal(await lang(page), 'de', 'a link can ask for it');
  await choose(page, 'en');
  await page.raw.reload();
  await page.ct('app').waitFor();
  assert.equal(await lang(page), 'en');
});

test('German fits on a phone', { at: '?lang=de', viewport: VIEWPORTS.phone }, async (page) => {
  await page.ct('app').waitFor();
  await page.press('?');
  await page.raw.getByRole('button', { name: 'English', exact: true }).click();
  await page.settled();
  assert.equal(await lang(page), 'en', 'the help has the choice, too');
  await page.raw.getByRole('button', { name: 'Deutsch', exact: true }).click();
  await page.press('Escape');
  const wide = await page.raw.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  assert.ok(wide <= 0, `${wide} pixels too wide`);
});
