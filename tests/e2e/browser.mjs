// Starting the browser. Which one, and where the page is, cargo xtask says in
// the environment: run the scripts of this folder through it.

import { createRequire } from 'node:module';
import { join } from 'node:path';

/** What cargo xtask says of the place. */
export const env = {
  url: required('CTSCOPE_URL'),
  browser: required('CTSCOPE_CHROMIUM'),
  nodeModules: required('CTSCOPE_NODE_MODULES'),
};

function required(name) {
  const value = process.env[name];
  if (!value) {
    console.error(`${name} is not set: run this through cargo xtask (test e2e, shots, bench).`);
    process.exit(2);
  }
  return value;
}

const { chromium } = createRequire(join(env.nodeModules, 'none.js'))('playwright-core');

/** The viewports that the page is designed for. */
export const VIEWPORTS = {
  desktop: { width: 1440, height: 900 },
  projector: { width: 1024, height: 768 },
  phone: { width: 390, height: 844 },
};

/** The mark of a live page. */
export const READY = '[data-ct="app"][data-ready="true"]';

/** Starts a browser that reaches this machine only, with a profile of its own. */
export function launch() {
  return chromium.launch({
    executablePath: env.browser,
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
