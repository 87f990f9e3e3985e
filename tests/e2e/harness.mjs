// What a test of the page uses. A test is
//
//   import { test } from './harness.mjs';
//
//   test('a sentence that says what the page does', async (page) => {
//     await page.line('udp 10.0.0.10:5000 > 192.0.2.53:53 len=12');
//     await page.stepForward(3);
//     await page.ct('conn', { conn: 'c1', place: 'unconfirmed' }).waitFor();
//   });
//
// Each test gets a page of its own, live, in a fresh profile without motion.
// It fails too when the page writes an error to the console, throws, or asks
// any other host for anything.

import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import nodeTest, { after } from 'node:test';
import {
  READY, VIEWPORTS, clipboard, emulate, env, focusPage, launch, photograph,
} from './browser.mjs';

export { VIEWPORTS };

/** Where pictures go; git ignores it. */
export const OUT = process.env.CTSCOPE_OUT ?? fileURLToPath(new URL('out', import.meta.url));

/** How long anything may take to appear, in milliseconds. */
const PATIENCE_MS = 30_000;

/** How long a test may take, in milliseconds, if it says nothing else. */
const LONGEST_MS = 120_000;

/** Firefox is driven from the outside: the same takes it longer. */
const TIMES = env.name === 'firefox' ? 3 : 1;

let browser;
let closesItself = false;

/**
 * Defines a test. `options`: see CtPage.open. `notIn`: browsers that cannot do what it needs, and
 * why: { firefox: 'it has no …' }. `timeout`: for those that look at very much, in milliseconds.
 */
export function test(name, options, body) {
  if (body === undefined) {
    [options, body] = [{}, options];
  }
  if (!closesItself) {
    closesItself = true;
    after(closeBrowser);
  }
  const why = options.notIn?.[env.name];
  const skip = why !== undefined && `not in ${env.name}: ${why}`;
  const timeout = (options.timeout ?? LONGEST_MS) * TIMES;
  nodeTest(name, { timeout, skip }, async () => {
    const page = await CtPage.open(options);
    try {
      await body(page);
      if (page.complaints.length > 0) throw new Error('the page complained');
    } catch (error) {
      const picture = await page.screenshot(`failed ${name}`).catch(() => 'none');
      const notes = [`picture: ${picture}`, ...page.complaints.map((text) => `page: ${text}`)];
      // The stack is what the runner prints; the message was copied into it before.
      error.stack = [error.stack, ...notes].join('\n    ');
      throw error;
    } finally {
      await page.close();
    }
  });
}

/** Our page in a browser. `raw` is Playwright's own page, for all that is not here. */
export class CtPage {
  /** What should not have happened: errors, and requests to other hosts. */
  complaints = [];

  /** Its address, without what follows. */
  base = env.url;

  /**
   * Opens the page and waits until it is live.
   * `at`: what follows the address, such as '?embed' or '#…'; `viewport` and
   * `scheme` ('light', 'dark') as in screenshot; `motion`: let things move; `theme`: chosen before;
   * `first`: nobody was here before, so the page shows them round;
   * `without`: files that the page asks for in vain; then it cannot become live;
   * `base`: the page's address, if it is not the one that all tests look at;
   * `worker`: let it keep itself for times without a network.
   */
  static async open({
    at = '', viewport = VIEWPORTS.desktop, scheme = 'light', motion = false, theme, first = false,
    without, base = env.url, worker = false,
  } = {}) {
    browser ??= launch();
    const context = await (await browser).newContext({
      viewport,
      serviceWorkers: worker ? 'allow' : 'block',
    });
    context.setDefaultTimeout(PATIENCE_MS);
    const page = new CtPage();
    page.base = base;
    page.raw = await context.newPage();
    await page.emulate({
      colorScheme: scheme,
      reducedMotion: motion ? 'no-preference' : 'reduce',
      forcedColors: 'none',
    });
    page.#listen(context);
    // What an earlier visit left behind; what this one chooses is kept.
    const kept = JSON.stringify({ knows: !first, ...(theme && { theme }) });
    // A page without an address, which a browser begins with, has no storage.
    await page.raw.addInitScript(`(() => {
      try { localStorage['ctscope.settings'] ??= ${JSON.stringify(kept)}; } catch (none) {}
    })()`);
    if (without === undefined) {
      await page.goto(at);
    } else {
      await page.raw.route(without, (route) => route.abort());
      await page.raw.goto(new URL(at, base).href);
    }
    return page;
  }

  /** Loads the page anew, with `at` after its address. */
  async goto(at = '') {
    await this.raw.goto(new URL(at, this.base).href);
    await this.live();
  }

  /** Waits until the page is live. */
  async live() {
    try {
      await this.raw.locator(READY).waitFor({ state: 'attached' });
    } catch (error) {
      error.message = `the page did not become live.\n${this.complaints.join('\n')}\n${error.message}`;
      throw error;
    }
    await this.settled();
  }

  #listen(context) {
    const note = (text) => this.complaints.push(text);
    const ours = (address) => {
      const url = new URL(address);
      const { origin, protocol } = new URL(this.base);
      if (protocol === 'file:') return address.split('#')[0] === this.base;
      return url.origin === origin || ['data:', 'blob:', 'file:'].includes(url.protocol);
    };
    context.on('request', (request) => {
      if (!ours(request.url())) note(`asked another host: ${request.url()}`);
    });
    context.on('response', (response) => {
      if (response.status() >= 400) note(`${response.status()} for ${response.url()}`);
    });
    this.raw.on('websocket', (socket) => note(`opened a socket: ${socket.url()}`));
    this.raw.on('pageerror', (error) => note(`threw: ${error.message}`));
    this.raw.on('console', (message) => {
      if (message.type() === 'error') note(`console error: ${message.text()}`);
    });
  }

  /** The elements with that data-ct, and with these data- attributes: ct('bucket', { bucket: 5 }). */
  ct(name, attributes = {}) {
    const parts = Object.entries({ ct: name, ...attributes });
    return this.raw.locator(
      parts.map(([key, value]) => `[data-${key}=${JSON.stringify(String(value))}]`).join(''),
    );
  }

  /** The button with exactly that accessible name. */
  button(name) {
    return this.raw.getByRole('button', { name, exact: true });
  }

  /** Clicks the button of that name. */
  async click(name, times = 1) {
    for (let i = 0; i < times; i += 1) {
      await this.button(name).click();
      await this.settled();
    }
  }

  /**
   * Clicks an element and waits. For tests that do it hundreds of times: in Firefox it takes one
   * message instead of some ten, and still fails when the element cannot be clicked.
   */
  async tap(target) {
    if (env.name !== 'firefox') {
      await target.click();
      return this.settled();
    }
    return target.evaluate((node) => {
      node.scrollIntoView({ block: 'nearest', inline: 'nearest' });
      const { x, y, width, height } = node.getBoundingClientRect();
      const there = document.elementFromPoint(x + width / 2, y + height / 2);
      if (node.disabled || !node.contains(there)) {
        throw new Error(`it cannot be clicked; there is ${there?.outerHTML.slice(0, 200)}`);
      }
      node.focus({ preventScroll: true });
      node.dispatchEvent(new MouseEvent('click', {
        bubbles: true, cancelable: true, composed: true, view: window, detail: 1,
      }));
      return new Promise((done) => { requestAnimationFrame(() => requestAnimationFrame(done)); });
    });
  }

  stepForward(times = 1) {
    return this.click('Step forward', times);
  }

  stepBack(times = 1) {
    return this.click('Step back', times);
  }

  /** Presses keys one after the other, with the focus where it is: press('ArrowRight', 'Shift+N'). */
  async press(...keys) {
    for (const key of keys) {
      await this.raw.keyboard.press(key);
      await this.settled();
      if (env.name === 'firefox' && key.endsWith('Tab')) await this.#through(key);
    }
  }

  /**
   * Behind the page's last element Tab leads to Firefox's own bars, where its driver presses no
   * keys: goes on at the page's other end, as if one had gone through them.
   */
  async #through(key) {
    if (await this.raw.evaluate(() => document.hasFocus())) return;
    await focusPage(this.raw);
    await this.raw.waitForFunction(() => document.hasFocus());
    await this.raw.evaluate((back) => {
      const edge = document.createElement('i');
      edge.tabIndex = -1;
      edge.addEventListener('blur', () => edge.remove(), { once: true });
      (document.querySelector('dialog:modal') ?? document.body)[back ? 'append' : 'prepend'](edge);
      edge.focus();
    }, key.startsWith('Shift'));
    await this.raw.keyboard.press(key);
    await this.settled();
  }

  /** Types one line into the command line, and gives back the answer. */
  async line(text) {
    const input = this.ct('console');
    await input.fill(text);
    await input.press('Enter');
    await this.settled();
    const output = this.ct('console-output');
    return (await output.count()) > 0 ? (await output.innerText()).trim() : '';
  }

  /** Lets the page believe in another system: see emulate in browser.mjs. */
  async emulate(media) {
    await emulate(this.raw, media);
    await this.settled();
  }

  /** Adds rules to the page's style, which its policy lets no element do. */
  async style(rules) {
    await this.raw.evaluate((text) => {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(text);
      document.adoptedStyleSheets.push(sheet);
    }, rules);
    await this.settled();
  }

  /** What is on the clipboard. */
  clipboard() {
    return clipboard(this.raw);
  }

  /** Waits until what was just done is painted. */
  async settled() {
    await this.raw.evaluate(
      () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))),
    );
  }

  /** Takes a picture and gives back its file. `full`: all of the page, not what is in view only. */
  async screenshot(name, { viewport, scheme, full = false } = {}) {
    if (viewport) await this.raw.setViewportSize(viewport);
    if (scheme) await this.emulate({ colorScheme: scheme });
    await this.settled();
    mkdirSync(OUT, { recursive: true });
    const path = `${OUT}/${name.replace(/[^\w.-]+/g, '-').slice(0, 100)}.png`;
    await photograph(this.raw, { path, fullPage: full });
    return path;
  }

  /** Ends the page and its profile. */
  close() {
    return this.raw.context().close();
  }
}

/** Ends the browser; tests need not, other scripts must. */
export async function closeBrowser() {
  await (await browser)?.close();
}
