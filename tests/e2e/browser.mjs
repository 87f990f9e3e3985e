// Starting the browser. Which one, and where the page is, cargo xtask says in
// the environment: run the scripts of this folder through it.

import { createRequire } from 'node:module';
import { join } from 'node:path';

/** What cargo xtask says of the place. `name` is the browser's: chromium or firefox. */
export const env = {
  url: required('CTSCOPE_URL'),
  name: process.env.CTSCOPE_BROWSER || 'chromium',
  dist: required('CTSCOPE_DIST'),
  nodeModules: required('CTSCOPE_NODE_MODULES'),
};

/** The program of a browser; undefined if cargo xtask was not asked for that one. */
export const programOf = (name) => process.env[`CTSCOPE_${name.toUpperCase()}`] || undefined;

required(`CTSCOPE_${env.name.toUpperCase()}`);

function required(name) {
  const value = process.env[name];
  if (!value) {
    console.error(`${name} is not set: run this through cargo xtask (test e2e, shots, bench).`);
    process.exit(2);
  }
  return value;
}

/** A module among the packages of this folder. */
export const load = createRequire(join(env.nodeModules, 'none.js'));

const playwright = load('playwright-core');

/** The viewports that the page is designed for. */
export const VIEWPORTS = {
  desktop: { width: 1440, height: 900 },
  projector: { width: 1024, height: 768 },
  phone: { width: 390, height: 844 },
};

/** The mark of a live page. */
export const READY = '[data-ct="app"][data-ready="true"]';

/** Starts a browser that reaches this machine only, with a profile of its own. */
export function launch(name = env.name) {
  return name === 'firefox' ? launchFirefox() : launchChromium();
}

function launchChromium() {
  return playwright.chromium.launch({
    executablePath: programOf('chromium'),
    headless: true,
    // It opens our own page only, and Chromium's sandbox refuses to work for root.
    chromiumSandbox: false,
    args: [
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
    ],
  });
}

/** A Firefox as Mozilla and Debian build it, driven by WebDriver BiDi. */
function launchFirefox() {
  return playwright.firefox.launch({
    channel: 'moz-firefox',
    executablePath: programOf('firefox'),
    headless: true,
    // Its own window may be asked too: see setFirefox.
    args: ['--remote-allow-system-access'],
    firefoxUserPrefs: {
      // Every name but this machine's leads nowhere.
      'network.proxy.type': 1,
      'network.proxy.http': '127.0.0.1',
      'network.proxy.http_port': 9,
      'network.proxy.ssl': '127.0.0.1',
      'network.proxy.ssl_port': 9,
      'network.proxy.no_proxies_on': '127.0.0.1',
      'network.proxy.allow_hijacking_localhost': false,
      // Tab goes to everything that can have the focus, on every system.
      'accessibility.tabfocus': 7,
      // A file from a disk reaches no other, as for everybody.
      'security.fileuri.strict_origin_policy': true,
      // The clipboard may be read without asking, and an address may be as long as Chromium's.
      'dom.events.testing.asyncClipboard': true,
      'network.standard-url.max-length': 20_000_000,
    },
  });
}

/**
 * Lets the page believe in another system: `colorScheme` ('light', 'dark'), `reducedMotion`
 * ('reduce', 'no-preference'), `forcedColors` ('active', 'none'), `contrast` ('more',
 * 'no-preference').
 */
export async function emulate(page, media) {
  if (env.name !== 'firefox') return page.emulateMedia(media);
  const scheme = { dark: 0, light: 1 }[media.colorScheme];
  const motion = { reduce: 1, 'no-preference': 0 }[media.reducedMotion];
  // Its own colours are black on white, which is more contrast; whether a page must take them is
  // another setting.
  const contrast = { more: 1, 'no-preference': 0 }[media.contrast];
  const colours = { active: 2, none: 1 }[media.forcedColors];
  const settings = {
    'layout.css.prefers-color-scheme.content-override': scheme,
    'ui.prefersReducedMotion': motion,
    'ui.useAccessibilityTheme': contrast,
    'browser.display.document_color_use': colours,
  };
  for (const [name, value] of Object.entries(settings)) {
    if (value !== undefined) await setFirefox(page, name, value);
  }
  return undefined;
}

/** What is on the clipboard. */
export async function clipboard(page) {
  if (env.name !== 'firefox') {
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  }
  return page.evaluate(() => navigator.clipboard.readText());
}

/**
 * Takes a picture. Playwright adds a style sheet to Firefox's page before it does, which our
 * policy forbids and Firefox then tells as an error of the page; it does without one, too.
 */
export function photograph(page, options) {
  if (env.name === 'firefox') {
    delegateOf(page).shouldToggleStyleSheetToSyncAnimations = () => false;
  }
  return page.screenshot({ ...options, animations: 'disabled' });
}

/**
 * Does what makes the page save a file; gives back the file's name, and where it is. Firefox tells
 * of a download that no navigation began without a name for it, and Playwright then does not.
 */
export async function download(page, act) {
  if (env.name !== 'firefox') {
    const [it] = await Promise.all([page.waitForEvent('download'), act()]);
    return [it.suggestedFilename(), await it.path()];
  }
  const session = delegateOf(page)._session;
  const event = (what) => new Promise((done) => { session.once(`browsingContext.${what}`, done); });
  const began = event('downloadWillBegin');
  const ended = event('downloadEnd');
  await act();
  const { suggestedFilename } = await began;
  const { status, filepath } = await ended;
  if (status !== 'complete') throw new Error(`${suggestedFilename}: ${status}`);
  return [suggestedFilename, filepath];
}

/** What Playwright has no public way to; its version is pinned. */
const delegateOf = (page) => page._connection.toImpl(page).delegate;

/** Gives the page of the window that was used last the keys again, which Firefox's bars had. */
export function focusPage(page) {
  return inFirefox(page, (
    "Services.wm.getMostRecentWindow('navigator:browser').gBrowser.selectedBrowser.focus()"));
}

/** Sets a number in Firefox's settings: WebDriver BiDi cannot emulate media yet. */
function setFirefox(page, name, value) {
  return inFirefox(page, `Services.prefs.setIntPref(${JSON.stringify(name)}, ${value})`);
}

/** Lets Firefox itself do something. */
async function inFirefox(page, expression) {
  const session = delegateOf(page)._session;
  const { contexts } = await session.send('browsingContext.getTree', { 'moz:scope': 'chrome' });
  const target = { context: contexts[0].context };
  const said = await session.send('script.evaluate', { expression, target, awaitPromise: true });
  if (said.type !== 'success') {
    throw new Error(`Firefox did not do ${expression}: ${JSON.stringify(said)}`);
  }
}
