// What the tests of the page say again and again: where a connection hangs, how to step to a
// moment, what the whole page is.

import assert from 'node:assert/strict';

/** Steps forward, by key, until `there` says so. Fails with the last sentence after `most` steps. */
export async function forwardUntil(page, there, most = 80, what = 'there') {
  for (let taken = 0; taken < most; taken += 1) {
    if (await there()) return;
    await page.press('ArrowRight');
  }
  assert.fail(`not ${what} after ${most} steps; the page says: ${await narration(page)}`);
}

/** The sentence of the step. */
export async function narration(page) {
  return (await page.ct('narration').innerText()).trim();
}

/** Steps forward until the sentence fits. */
export function sentence(page, pattern, most) {
  return forwardUntil(page, async () => pattern.test(await narration(page)), most);
}

/** The figure that the step is, as the page names it: "3.4", or "". */
export async function figure(page) {
  const badge = page.ct('figure');
  if ((await badge.count()) === 0) return '';
  return (await badge.getAttribute('data-figure')) ?? '';
}

/** Where the tuplehashes of a connection hang: ["bucket 3 original", "unconfirmed reply", …]. */
export function places(page, conn) {
  return page.raw.evaluate((id) => {
    const nodes = document.querySelectorAll(`[data-ct="tuplehash"][data-conn="${id}"]`);
    return [...nodes].map((node) => {
      const home = node.closest('[data-ct="bucket"], [data-ct="list"]');
      const name = home?.dataset.ct === 'bucket' ? `bucket ${home.dataset.bucket}` : home?.dataset.list;
      return `${name} ${node.dataset.dir}`;
    }).sort();
  }, conn);
}

/** A data- attribute of a connection's card; null if there is no card. */
export async function card(page, conn, attribute) {
  const found = page.ct('conn', { conn });
  return (await found.count()) > 0 ? found.getAttribute(`data-${attribute}`) : null;
}

/** All that the page shows, to compare two moments: its elements, without what only moves. */
export function everything(page) {
  return page.raw.evaluate(() => {
    const copy = document.querySelector('[data-ct="app"]').cloneNode(true);
    // The lane, the buttons and the last answer know what was done; the machine's picture must not.
    const knowing = ['transport', 'toast', 'console-output'].map((name) => `[data-ct="${name}"]`);
    for (const part of copy.querySelectorAll(knowing.join(', '))) part.remove();
    // An element that was made anew may have the same attributes in another order.
    for (const node of copy.querySelectorAll('*')) {
      const attributes = [...node.attributes].sort((a, b) => (a.name < b.name ? -1 : 1));
      for (const { name } of attributes) node.removeAttribute(name);
      for (const { name, value } of attributes) node.setAttribute(name, value);
    }
    // What the object before had more of is hidden there, and nobody sees it.
    for (const hidden of copy.querySelectorAll('.insp__rest')) hidden.remove();
    return copy.outerHTML;
  });
}

/** The text of a pane, line by line. */
export async function lines(page, pane) {
  const text = await page.ct(pane).evaluate((node) => node.innerText || node.textContent);
  return text.split('\n').map((line) => line.trimEnd()).filter((line) => line !== '');
}

/** What has the focus: its name, whether one sees that, whether it is anything of the page. */
export function focus(page) {
  return page.raw.evaluate(() => {
    const node = document.activeElement;
    const outlined = (at) => at !== null && getComputedStyle(at).outlineStyle !== 'none';
    // Lists and fields lend their ring to the frame around them; drawings to their outline.
    const frame = node.closest('.pick, .pick--icon, .cli__line');
    const drawn = [...node.children].some((child) => outlined(child));
    return {
      id: node.id,
      name: (node.ariaLabel ?? node.querySelector(':scope > title')?.textContent
        ?? node.labels?.[0]?.textContent ?? node.textContent).trim(),
      shown: outlined(node) || outlined(frame) || drawn,
      inPage: node !== document.body,
      inDialog: node.closest('dialog') !== null,
      inStage: node.closest('.stage') !== null,
    };
  });
}
