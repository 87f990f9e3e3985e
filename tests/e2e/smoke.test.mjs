import assert from 'node:assert/strict';
import { test } from './harness.mjs';

test('the page becomes live', async (page) => {
  assert.equal(await page.ct('app', { ready: true }).count(), 1);
  assert.match(await page.raw.title(), /ctscope/);
});
