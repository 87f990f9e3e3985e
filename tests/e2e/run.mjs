// Runs every *.test.mjs of this folder, or the tests whose name has one of the texts
// given as arguments, and ends in a line that counts them.

import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { env } from './browser.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const files = readdirSync(here)
  .filter((name) => name.endsWith('.test.mjs'))
  .sort()
  .map((name) => here + name);
const only = process.argv.slice(2);
const escaped = only.map((text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
const testNamePatterns = escaped.map((text) => new RegExp(text, 'i'));

const count = { passed: 0, failed: 0, skipped: 0 };
const isTest = ({ name, details }) => details?.type !== 'suite' && !files.includes(name);
run({ files, concurrency: 2, ...(only.length > 0 && { testNamePatterns }) })
  .on('test:pass', (data) => {
    if (data.skip !== undefined || data.todo !== undefined) count.skipped += 1;
    else if (isTest(data)) count.passed += 1;
  })
  .on('test:fail', () => {
    count.failed += 1;
  })
  .compose(new spec())
  .on('end', () => {
    const none = count.passed + count.failed === 0;
    const named = only.length > 0 ? ` named like ${only.join(', ')}` : '';
    if (none) console.log(`there is no test${named}`);
    const skipped = count.skipped > 0 ? `, ${count.skipped} skipped` : '';
    console.log(`\n${env.name}: ${count.passed} passed, ${count.failed} failed${skipped}`);
    process.exitCode = count.failed > 0 || none ? 1 : 0;
  })
  .pipe(process.stdout, { end: false });
