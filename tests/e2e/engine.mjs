// Measures the engine's rows in a browser, each when it is asked for: a line on
// standard input is the number of a row, or `fill` and how many connections to
// put into a table. Each answer is one line of JSON.
//
// Every row has a page of its own, and so a memory of its own: WebAssembly's
// memory grows and never shrinks.

import { createInterface } from 'node:readline';
import { env, launch } from './browser.mjs';

const READY = 'html[data-ready="true"]';
const browser = await launch();

/** Calls `work` in a fresh page. Rows take seconds, with nothing painted between. */
async function inPage(work, argument) {
  const context = await browser.newContext();
  const page = await context.newPage();
  page.setDefaultTimeout(0);
  const errors = [];
  page.on('pageerror', (error) => errors.push(error.message));
  const answer = await page.goto(env.url);
  if (!answer.ok()) throw new Error(`${env.url} answered ${answer.status()}`);
  await page.waitForSelector(READY, { state: 'attached', timeout: 60_000 });
  const result = await page.evaluate(work, argument);
  if (errors.length > 0) throw new Error(errors.join('\n'));
  await context.close();
  return result;
}

const row = (nth) => globalThis.benches.run_row(nth);
const fill = (flows) => {
  const before = globalThis.memoryBytes();
  const ms = globalThis.benches.fill(flows);
  return { fill_ms: ms, bytes: globalThis.memoryBytes(), before };
};

for await (const line of createInterface({ input: process.stdin })) {
  const [word, count] = line.split(' ');
  if (word === 'fill') {
    const { fill_ms, bytes, before } = await inPage(fill, Number(count));
    const ms = Number(fill_ms.toFixed(1));
    console.log(JSON.stringify({ on: 'wasm', work: 'Memory', flows: Number(count), fill_ms: ms, bytes, before }));
  } else {
    console.log(await inPage(row, Number(word)));
  }
}
await browser.close();
