// Before the program is there, and when it cannot come.

import assert from 'node:assert/strict';
import { test } from './harness.mjs';

for (const [what, without] of [['program', '**/*.wasm'], ['script', '**/*.js']]) {
  test(`a page whose ${what} is missing says so in words`, { without }, async (page) => {
    const said = page.ct('narration');
    await page.raw.getByText('could not start here').waitFor();
    assert.match(await said.innerText(), /ctscope could not start/);
    assert.match(await page.raw.locator('#first-because').innerText(), /did not load/);
    assert.equal(await page.ct('app', { ready: 'true' }).count(), 0);
    assert.ok(page.complaints.length > 0, 'the browser says so too');
    page.complaints = [];
  });
}

test('before the program is there the page says what it is about', { without: '**/never' }, async (page) => {
  // A page that is loaded anew while it loads is not what this is about.
  await page.live();
  let arrive;
  const held = new Promise((resolve) => { arrive = resolve; });
  await page.raw.route('**/*.wasm', async (route) => {
    await held;
    await route.continue();
  });
  await page.raw.reload({ waitUntil: 'commit' });
  await page.raw.getByText('Loading …').waitFor();
  assert.equal(await page.ct('app', { ready: 'true' }).count(), 0);
  assert.equal(
    (await page.ct('narration').innerText()).trim(),
    'Linux remembers connections. Send the first packet.',
  );
  assert.equal(await page.raw.getByRole('heading', { level: 1 }).innerText(), 'ctscope');
  assert.ok(await page.raw.getByRole('img', { name: /hash table: 8 buckets/ }).isVisible());
  arrive();
  await page.ct('app', { ready: 'true' }).waitFor();
});

test('the page is asked for its own files only, and for nothing once it is live', async (page) => {
  const asked = [];
  page.raw.on('request', (request) => asked.push(request.url()));
  await page.line('tcp 10.0.0.10:40000 > 192.0.2.20:80 S seq=1000');
  await page.press('Home', 'ArrowRight', 'End', 'g', '?', 'Escape');
  await page.click('Copy link');
  assert.deepEqual(asked, []);
});
