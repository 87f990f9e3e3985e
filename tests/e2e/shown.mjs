// Where the page shows what the article says: the rows of tests/article/shown.json, each with a
// link, and what is to be seen behind it.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { narration } from './steps.mjs';

const FILE = new URL('../article/shown.json', import.meta.url);

/** The rows of a group, "figures" or "claims". */
export function rows(group) {
  return JSON.parse(readFileSync(FILE, 'utf8'))[group];
}

/** Without the narrow spaces and curved apostrophes that are for the eye. */
export function plain(text) {
  return text.replaceAll('\u202f', ' ').replaceAll('’', "'");
}

/** The objects on the page, or those that are marked: ["bucket 3", "tuplehash c1 reply", …]. */
export function objects(page, marked = false) {
  return page.raw.evaluate((selector) =>
    [...document.querySelectorAll(selector)]
      .filter((node) => node.checkVisibility())
      .map((node) => {
        const { ct, bucket, conn, dir, skb, way, life } = node.dataset;
        const parts = [ct, bucket, conn, dir, skb, way, life];
        return parts.filter((part) => part !== undefined).join(' ');
      }), marked ? '[data-ct][data-marked="true"]' : '[data-ct]');
}

/** What is marked as changed, on the stage and beside it. */
function changed(page) {
  return page.raw.evaluate(() =>
    [...document.querySelectorAll('.changed, .is-changed')]
      .filter((node) => node.checkVisibility())
      .map((node) => node.textContent));
}

/** Follows a link within the page, as one on the page or a change of the address would. */
async function follow(page, link) {
  await page.raw.evaluate((to) => new Promise((done) => {
    addEventListener('hashchange', done, { once: true });
    location.hash = to;
  }), link);
  await page.settled();
}

/** Goes to a row by its link, and looks: sentence, objects, what is marked, what is to be read. */
export async function expectShown(page, row) {
  await follow(page, row.link);
  assert.equal(plain(await narration(page)), row.sentence, row.row);
  const there = await objects(page);
  for (const object of row.sees ?? []) {
    assert.ok(there.includes(object), `${row.row}: ${object} is not among ${there.join(', ')}`);
  }
  const marked = await objects(page, true);
  for (const object of row.marked) {
    const is = (name) => name === object || name.startsWith(`${object} `);
    assert.ok(marked.some(is), `${row.row}: ${object}; marked are ${marked.join(', ')}`);
  }
  const new_ = (await changed(page)).map(plain);
  for (const value of row.changed ?? []) {
    const is = (text) => text.includes(value);
    assert.ok(new_.some(is), `${row.row}: ${value}; changed are ${new_.join(', ')}`);
  }
  assert.ok(row.marked.length + (row.changed ?? []).length > 0, `${row.row}: nothing is marked`);
  for (const [ct, words] of row.reads ?? []) {
    const pane = page.ct(ct).first();
    const text = plain(await pane.evaluate((node) => node.innerText || node.textContent));
    assert.ok(text.includes(words), `${row.row}: ${ct} says ${text}`);
  }
}
