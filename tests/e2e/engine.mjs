// Measures the engine's rows in a browser, each when it is asked for: a line on
// standard input is the number of a row, or `fill` and how many connections to
// put into a table. Each answer is one line of JSON.
//
// Every row has a page of its own, and so a memory of its own: WebAssembly's
// memory grows and never shrinks.
//
// A page has only the clock on the wall, which runs on while the machine does
// other work. The browser knows what time the page's thread was given: times are
// taken down to that share, which each answer names. On an idle machine it is 1.

import { createInterface } from 'node:readline';
import { env, launch } from './browser.mjs';

const READY = 'html[data-ready="true"]';
const browser = await launch();

/** Calls `work` in a fresh page; gives what it gave, and the share of the wall's time. */
async function inPage(work, argument) {
  const context = await browser.newContext();
  const page = await context.newPage();
  const answer = await page.goto(env.url);
  if (!answer.ok()) throw new Error(`${env.url} answered ${answer.status()}`);
  await page.waitForSelector(READY, { state: 'attached', timeout: 60_000 });
  const cdp = await context.newCDPSession(page);
  await cdp.send('Performance.enable');
  const threadSeconds = async () => {
    const { metrics } = await cdp.send('Performance.getMetrics');
    return metrics.find(({ name }) => name === 'ThreadTime').value;
  };
  const before = await threadSeconds();
  const { result, wallMs } = await page.evaluate(work, argument);
  const share = Math.min(1, ((await threadSeconds()) - before) * 1000 / wallMs);
  await context.close();
  return { result, share };
}

const row = (nth) => {
  const start = performance.now();
  const result = globalThis.benches.run_row(nth);
  return { result, wallMs: performance.now() - start };
};

const fill = (flows) => {
  const start = performance.now();
  const ms = globalThis.benches.fill(flows);
  const wallMs = performance.now() - start;
  return { result: { ms, bytes: globalThis.memoryBytes() }, wallMs };
};

const rounded = (number, digits) => Number(number.toFixed(digits));

async function rowLine(nth) {
  const { result, share } = await inPage(row, nth);
  const line = JSON.parse(result);
  for (const key of ['ns', 'p10', 'p90', 'bound']) {
    if (key in line) line[key] = rounded(line[key] * share, 1);
  }
  return { ...line, share: rounded(share, 2) };
}

async function fillLine(flows) {
  const { result, share } = await inPage(fill, flows);
  return {
    on: 'wasm',
    work: 'Memory',
    flows,
    fill_ms: rounded(result.ms * share, 1),
    wall_ms: rounded(result.ms, 1),
    bytes: result.bytes,
    share: rounded(share, 2),
  };
}

for await (const line of createInterface({ input: process.stdin })) {
  const [word, count] = line.split(' ');
  const answer = word === 'fill' ? await fillLine(Number(count)) : await rowLine(Number(word));
  console.log(JSON.stringify(answer));
}
await browser.close();
