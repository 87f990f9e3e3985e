// Times loads of the page: from the start of the navigation until the page is
// live, with nothing in the cache. Beside it the least page that can say so,
// from the same server to the same browser: the floor under any page.
//
// Then times steps in tables of every size, and seeks in a long log: script
// (from the key to the end of all that follows from it), then style and layout.
//
// Arguments: the address of that least page, and how many loads of each.
// Prints JSON: { page: [ms…], vanilla: [ms…], steps16: [ms…], steps16-layout: [ms…], … }

import { READY, VIEWPORTS, env, launch } from './browser.mjs';

const [, , vanillaUrl, loads] = process.argv;
const browser = await launch();

async function load(url) {
  // A new context has an empty cache.
  const context = await browser.newContext({ viewport: VIEWPORTS.desktop, serviceWorkers: 'block' });
  await context.addInitScript((ready) => {
    const look = () => {
      if (globalThis.readyMs === undefined && document.querySelector(ready)) {
        globalThis.readyMs = performance.now();
      }
    };
    new MutationObserver(look).observe(document, { subtree: true, childList: true, attributes: true });
  }, READY);
  const page = await context.newPage();
  await page.goto(url);
  const handle = await page.waitForFunction(() => globalThis.readyMs, null, { timeout: 30_000 });
  const ms = await handle.jsonValue();
  await context.close();
  return ms;
}

// The browser itself is slow at its first page: one of each is not counted.
await load(vanillaUrl);
await load(env.url);
const times = { page: [], vanilla: [] };
for (let i = 0; i < Number(loads); i += 1) {
  times.vanilla.push(await load(vanillaUrl));
  times.page.push(await load(env.url));
}

/** Steps that are timed in each table, and seeks in the log. */
const STEPS = 240;
const SEEKS = 60;
/** Commands of the long log. */
const LOG = 10_000;

/** The text of a scenario: a table, so many connections in it, and packets to step through. */
function scenario(buckets, flows, packets) {
  const lines = [`config buckets=${buckets} max=1000000`];
  if (flows > 0) lines.push(`flood ${flows} udp 10.0.0.1:1024 > 192.0.2.53:53 len=10`);
  for (let i = 0; i < packets; i += 1) {
    const client = `10.9.0.1:${1024 + (i >> 1)}`;
    lines.push(i % 2 === 0
      ? `tcp ${client} > 192.0.2.20:80 S seq=1000 win=64240`
      : `tcp 192.0.2.20:80 > ${client} SA seq=5000 ack=1001 win=65535`);
  }
  return lines.join('\n');
}

/** A live page with a scenario in it. */
async function open(text) {
  const context = await browser.newContext({ viewport: VIEWPORTS.desktop, serviceWorkers: 'block' });
  const page = await context.newPage();
  await page.goto(env.url);
  await page.locator(READY).waitFor({ state: 'attached' });
  const press = (name) => page.getByRole('button', { name, exact: true }).click();
  await press('Scenario as text');
  await page.evaluate(async (scenario) => {
    const frames = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    const task = () => new Promise((done) => {
      const channel = new MessageChannel();
      channel.port1.onmessage = done;
      channel.port2.postMessage(0);
    });
    const position = () => document.querySelector('[data-position]').dataset.position;
    /**
     * All that follows from something, as far as it is script; then style and layout; then the
     * same again if the stage scrolled, whose other rows are made before the frame is painted. It
     * begins in a task of its own, and nearly always all of it is microtasks: no frame lies between,
     * with its painting.
     */
    globalThis.timed = async (act) => {
      await task();
      const before = position();
      const stage = document.querySelector('.stage');
      const top = stage?.scrollTop;
      const start = performance.now();
      act();
      for (let i = 0; i < 99 && position() === before; i += 1) await null;
      while (position() === before) await task();
      const script = performance.now();
      document.documentElement.getBoundingClientRect();
      const laid = performance.now();
      const times = [script - start, laid - script];
      // The browser would say so in the next frame. Said here, it is not heard a second time.
      if (stage && stage.scrollTop !== top) {
        const begin = performance.now();
        stage.dispatchEvent(new Event('scroll'));
        for (let i = 0; i < 30; i += 1) await null;
        const done = performance.now();
        document.documentElement.getBoundingClientRect();
        times[0] += done - begin;
        times[1] += performance.now() - done;
      }
      await frames();
      return times;
    };
    globalThis.key = (name, shiftKey = false) => document.body.dispatchEvent(
      new KeyboardEvent('keydown', { key: name, shiftKey, bubbles: true, cancelable: true }),
    );
    globalThis.type = (node, text, kind) => {
      Object.getOwnPropertyDescriptor(kind.prototype, 'value').set.call(node, text);
      node.dispatchEvent(new InputEvent('input', { bubbles: true }));
    };
    const ct = (name) => document.querySelector(`[data-ct="${name}"]`);
    type(ct('scenario-text'), scenario, HTMLTextAreaElement);
    await frames();
  }, text);
  await press('Run this text');
  await press('Close scenario');
  const answer = await page.locator('[data-ct="console-output"]').innerText();
  if (!answer.includes('Step forward to watch')) throw new Error(`not loaded: ${answer}`);
  return page;
}

function sorted(pairs, name) {
  times[name] = pairs.map(([script, layout]) => script + layout);
  times[`${name}-script`] = pairs.map(([script]) => script);
}

/** Steps through a table; the most elements that the page ever had are noted too. */
async function steps(name, buckets, flows, lens) {
  const page = await open(scenario(buckets, flows, STEPS));
  if (lens) await page.locator(`[data-lens="${lens}"]:visible`).last().click();
  const { pairs, nodes } = await page.evaluate(async (count) => {
    const frames = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    // Past the flood, to the first packet.
    key('ArrowRight', true);
    await frames();
    const pairs = [];
    let nodes = 0;
    for (let i = 0; i < count; i += 1) {
      pairs.push(await timed(() => key('ArrowRight')));
      nodes = Math.max(nodes, document.querySelectorAll('*').length);
    }
    return { pairs, nodes };
  }, STEPS);
  sorted(pairs, name);
  times[`${name}-nodes`] = [nodes];
  await page.context().close();
}

/** Goes to and fro in a long log. */
async function seeks() {
  const page = await open(scenario(1024, 0, LOG));
  const { pairs, nodes } = await page.evaluate(async ([count, log]) => {
    const input = document.querySelector('[data-ct="console"]');
    const pairs = [];
    let nodes = 0;
    for (let i = 0; i < count; i += 1) {
      type(input, `go ${1 + (i * 7919 * 13) % log}`, HTMLInputElement);
      pairs.push(await timed(() => input.dispatchEvent(
        new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true }),
      )));
      nodes = Math.max(nodes, document.querySelectorAll('*').length);
    }
    return { pairs, nodes };
  }, [SEEKS, LOG]);
  sorted(pairs, 'seek');
  times['seek-nodes'] = [nodes];
  await page.context().close();
}

await steps('steps16', 16, 10);
await steps('steps256', 256, 512);
await steps('steps4096', 4_096, 8_192);
await steps('steps65536', 65_536, 65_536);
await steps('steps100k', 65_536, 100_000);
await steps('lens100k', 65_536, 100_000, 'table');
await seeks();
await browser.close();
console.log(JSON.stringify(times));
