// Themes and what a system asks for: a hall, less motion, its own colours, more contrast, no
// colours at all, little room.

import assert from 'node:assert/strict';
import { test } from './harness.mjs';
import { places } from './steps.mjs';

const SYN = 'tcp 192.168.1.2:47562 > 10.0.0.2:80 S seq=1000';
const SYN_ACK = 'tcp 10.0.0.2:80 > 192.168.1.2:47562 SA seq=5000 ack=1001';
const ACK = 'tcp 192.168.1.2:47562 > 10.0.0.2:80 A seq=1001 ack=5001';

/** A computed style of the first element that the selector finds. */
function style(page, selector, property) {
  return page.raw.locator(selector).first().evaluate(
    (node, name) => getComputedStyle(node).getPropertyValue(name), property,
  );
}

const theme = (page) => page.raw.evaluate(() => document.documentElement.dataset.theme);

/** How far the page is wider than the window. */
const overflow = (page) => page.raw.evaluate(
  () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
);

const HALL = { viewport: { width: 1920, height: 1080 } };

test('the projector’s theme is large, wide in stroke and white', HALL, async (page) => {
  const size = async (selector) => page.raw.locator(selector).first().evaluate(
    (node) => parseFloat(getComputedStyle(node).fontSize) * node.currentCSSZoom,
  );
  await page.line(SYN);
  await page.press('End');
  const mark = await style(page, 'g.tuplehash > .tuplehash__body', 'stroke-width');
  await page.ct('theme').selectOption('projector');
  await page.settled();
  assert.equal(await theme(page), 'projector');
  assert.equal(await style(page, 'html', 'background-color'), 'rgb(255, 255, 255)');
  assert.equal(parseFloat(await style(page, 'g.tuplehash > .tuplehash__body', 'stroke-width')),
    1.5 * parseFloat(mark));
  assert.ok(await size('.say__what') >= 28, `the sentence has ${await size('.say__what')} px`);
  assert.ok(await size('.stage .t') >= 17, `labels have ${await size('.stage .t')} px`);
  assert.equal(await overflow(page), 0);
  const tall = await page.raw.evaluate(() => document.documentElement.scrollHeight - innerHeight);
  assert.ok(tall <= 0, 'the page is not taller than the screen');
  const transport = await page.ct('transport').boundingBox();
  assert.ok(transport.y + transport.height <= 1080, 'the transport is on the screen');
  assert.deepEqual(await places(page, 'c1'), ['bucket 1 reply', 'bucket 3 original']);
});

const NO_PROGRAM = { theme: 'projector', without: '**/*.wasm' };

test('a chosen theme is there before the program is', NO_PROGRAM, async (page) => {
  assert.equal(await theme(page), 'projector');
  await page.raw.getByText('could not start here').waitFor();
  page.complaints = [];
});

test('with less motion nothing moves, ever', async (page) => {
  await page.line(SYN);
  await page.press('Home');
  for (let step = 0; step < 44; step += 1) {
    await page.raw.keyboard.press('ArrowRight');
    const moving = await page.raw.evaluate(() => document.getAnimations().length);
    assert.equal(moving, 0, `something moves at step ${step}`);
  }
  await page.press('?');
  assert.equal(await page.raw.evaluate(() => document.getAnimations().length), 0);
  const still = await page.raw.evaluate(() => [...document.querySelectorAll('*')].filter((node) => {
    const { animationName, transitionDuration } = getComputedStyle(node);
    return animationName !== 'none' || !/^0s(, 0s)*$/.test(transitionDuration);
  }).map((node) => node.className.baseVal ?? node.className));
  assert.deepEqual(still, []);
});

test('with motion a node travels to its bucket', { motion: true }, async (page) => {
  await page.line(SYN);
  await page.press('Home');
  let travelled = false;
  for (let step = 0; step < 44 && !travelled; step += 1) {
    await page.raw.keyboard.press('ArrowRight');
    await page.settled();
    travelled = await page.raw.evaluate(
      () => document.getAnimations().some((it) => it.animationName === 'travel'),
    );
  }
  assert.ok(travelled);
});

/** A machine with most of what the stage tells apart. */
async function crowd(page) {
  await page.line(SYN);
  await page.line(SYN_ACK);
  await page.line(ACK);
  await page.line('udp 10.0.0.10:5000 > 192.0.2.53:53');
  await page.line('udp 10.0.0.11:5001 > 192.0.2.53:53 hold=forward');
  await page.line('tcp 10.0.0.12:4000 > 192.0.2.20:80 S seq=1');
  await page.line('events slow');
  await page.line('delete c4');
  await page.line('udp 10.0.0.13:5002 > 192.0.2.53:53 hold=queue');
  await page.press('End');
}

test('without colours shapes and words tell everything apart', async (page) => {
  await crowd(page);
  // Without any colour what is left are shapes, strokes and words.
  await page.style('html { filter: grayscale(1); }');
  await page.screenshot('greyscale');
  const shapes = await page.raw.evaluate(() => {
    const chip = (conn, dir) => document.querySelector(
      `[data-ct="tuplehash"][data-conn="${conn}"][data-dir="${dir}"]`,
    );
    const band = (node) => node.querySelector('.tuplehash__band');
    const body = (conn, dir) => {
      const style = getComputedStyle(chip(conn, dir).querySelector('.tuplehash__body'));
      const inner = chip(conn, dir).querySelector('.tuplehash__inner') !== null;
      const cross = chip(conn, dir).querySelector('.tuplehash__cross') !== null;
      return [style.strokeDasharray, style.strokeLinecap, inner, cross].join(' ');
    };
    const cardOf = (conn) => document.querySelector(`[data-ct="conn"][data-conn="${conn}"]`);
    const border = (conn) => getComputedStyle(cardOf(conn)).borderTopStyle;
    const life = (conn) => cardOf(conn).querySelector('.conn-card__life').textContent.trim();
    const pill = (skb) => document.querySelector(`[data-ct="skb"][data-skb="${skb}"] .skb__sign`)
      .getAttribute('d');
    return {
      directions: ['original', 'reply'].map((dir) => band(chip('c1', dir)).getAttribute('d')
        + getComputedStyle(band(chip('c1', dir))).fill.replace(/rgb.*/, 'plain')),
      chips: [body('c1', 'original'), body('c2', 'original'), body('c3', 'original'),
        body('c4', 'original')],
      borders: ['c1', 'c2', 'c3', 'c4'].map(border),
      lives: ['c1', 'c2', 'c3', 'c4'].map(life),
      packets: [pill('s5'), pill('s7')],
      pins: [...new Set([...document.querySelectorAll('.pin__glyph path')]
        .map((node) => node.getAttribute('d')))],
      seals: [...document.querySelectorAll('.conn-card .seal-icon')].map((node) => node.innerHTML),
    };
  });
  assert.deepEqual(shapes.lives, ['assured', 'confirmed', 'unconfirmed', 'dying']);
  assert.deepEqual(shapes.borders, ['double', 'solid', 'dashed', 'dotted']);
  for (const [what, all] of Object.entries(shapes)) {
    assert.equal(new Set(all).size, all.length, `${what} differ: ${all.join(' | ')}`);
  }
  assert.ok(shapes.pins.length >= 2, 'pins have shapes');

  // A lookup: what fits and what does not has words, what changed has a ring and the old value.
  await page.line('tcp 192.168.1.2:47562 > 10.0.0.2:80 PA seq=1001 ack=5001 len=10');
  for (let step = 0; step < 30 && (await page.raw.locator('.badge').count()) === 0; step += 1) {
    await page.press('ArrowRight');
  }
  const texts = await page.raw.locator('.tag__text').allTextContents();
  assert.ok(texts.some((tag) => /^= match/.test(tag)), `${texts}`);
  assert.ok(texts.filter((tag) => !/^= match/.test(tag)).every((tag) => /≠/.test(tag)), `${texts}`);
  assert.ok((await page.raw.locator('.badge').count()) > 0, 'the match has a badge');
  const changed = page.raw.locator('.delta .changed').first();
  for (let step = 0; step < 10 && (await changed.count()) === 0; step += 1) {
    await page.press('ArrowRight');
  }
  assert.notEqual(await changed.evaluate((node) => getComputedStyle(node).boxShadow), 'none');
});

test('with the system’s own colours everything can be read', async (page) => {
  await crowd(page);
  await page.emulate({ forcedColors: 'active' });
  assert.ok(await page.raw.evaluate(() => matchMedia('(forced-colors: active)').matches));
  await page.screenshot('forced-colours');
  const wrong = await page.raw.evaluate(() => {
    const probe = document.body.appendChild(document.createElement('i'));
    const system = (name) => {
      probe.style.cssText = `forced-color-adjust:none;color:${name}`;
      return getComputedStyle(probe).color;
    };
    const names = ['Canvas', 'CanvasText', 'ButtonText', 'ButtonFace', 'ButtonBorder', 'GrayText',
      'Highlight', 'HighlightText', 'LinkText', 'Field', 'FieldText'];
    const known = new Set([...names.map(system), 'rgba(0, 0, 0, 0)', 'none', 'transparent']);
    const paints = (node) => {
      const { fill, stroke } = getComputedStyle(node);
      return [fill, stroke].filter((it) => !it.startsWith('url(') && !known.has(it));
    };
    const drawn = [...document.querySelectorAll('.stage svg *')].filter((node) => node.checkVisibility());
    const strange = drawn.flatMap((node) => paints(node).map((it) => `${node.getAttribute('class')} ${it}`));
    // Text on a filled shape has the colour that goes with it.
    const live = [...document.querySelectorAll('.skb--live, .tag--strong')].map((node) => [
      getComputedStyle(node.querySelector('text')).fill,
      getComputedStyle(node.querySelector('rect, circle')).fill,
    ]).filter(([text, ground]) => text === ground);
    probe.remove();
    return [...new Set(strange), ...live];
  });
  assert.deepEqual(wrong, []);
  for (const name of ['Step forward', 'Help']) assert.ok(await page.button(name).isVisible(), name);
});

test('asked for more contrast, marks and lines are darker', async (page) => {
  const token = (name) => page.raw.evaluate(
    (it) => getComputedStyle(document.documentElement).getPropertyValue(it).trim(), name,
  );
  const before = await token('--orig');
  await page.emulate({ contrast: 'more' });
  assert.notEqual(await token('--orig'), before);
  assert.equal(await token('--orig'), '#0a58b8');
  await page.emulate({ colorScheme: 'dark' });
  assert.equal(await token('--line'), '#a9b4c0');
});

/** Buttons and lists that can be seen and do not lie within the window's width, nor in a row that
 * is pushed aside by a finger. */
function outside(page) {
  return page.raw.evaluate(() => [...document.querySelectorAll('button, select, input, textarea')]
    .filter((node) => node.checkVisibility() && !node.closest('.lane, .lensbar__row, .top__icons'))
    .map((node) => [node.ariaLabel ?? node.textContent.trim(), node.getBoundingClientRect()])
    .filter(([, box]) => box.width > 0 && (box.left < -0.5 || box.right > innerWidth + 0.5))
    .map(([name, box]) => `${name}: ${Math.round(box.left)} to ${Math.round(box.right)}`));
}

// The second and third are a laptop's window at 200 % zoom.
for (const [width, height] of [[320, 640], [640, 400], [720, 450]]) {
  const small = { viewport: { width, height } };
  test(`a window of ${width} by ${height} has it all and never scrolls sideways`, small, async (page) => {
    const fine = async (where) => {
      assert.ok((await overflow(page)) <= 0, `${where}: the page is too wide by ${await overflow(page)}`);
      assert.deepEqual(await outside(page), [], where);
    };
    await fine('empty start');
    await page.press('n');
    await page.press('End');
    await fine('a connection');
    const narrow = width < 720;
    if (narrow) await page.click('Packets');
    await page.button('Send packet').scrollIntoViewIfNeeded();
    assert.ok(await page.button('Send packet').isVisible());
    await fine('the bench');
    if (narrow) {
      await page.click('Close Packets');
      await page.click('Inspect');
      await page.click('-L');
      await fine('the details');
      await page.press('Escape');
      await page.click('More controls');
      await fine('more controls');
    }
    for (const name of ['Step back', 'Step forward', 'First', 'Last']) {
      await page.click(name);
    }
    await page.press('?');
    await fine('help');
    await page.press('Escape');
    await page.click('Describe all');
    await fine('in words');
  });
}

test('what a step is about stays in sight when the window or the stage gets smaller',
  { at: '#slow-listener&at=3.12' }, async (page) => {
    const chip = page.ct('tuplehash', { conn: 'c1', dir: 'original' });
    const seen = async () => {
      await page.settled();
      const box = await page.raw.locator('.stage').boundingBox();
      const node = await chip.boundingBox();
      return node.y >= box.y && node.y + node.height <= box.y + box.height;
    };
    assert.ok(await seen(), 'on the dying list, at 1440 by 900');
    await page.raw.setViewportSize({ width: 1024, height: 768 });
    assert.ok(await seen(), 'at 1024 by 768');
    await page.click('Source and object');
    assert.ok(await seen(), 'above source and object');
  });

test('the header has room for the names of scenario and kernel at every width',
  { at: '#handshake' }, async (page) => {
    const [scenario, kernel] = ['.top .pick:not(.pick--kernel)', '.top .pick--kernel'];
    for (const width of [1440, 1280, 1200, 1199, 1100, 1024, 960, 720, 390]) {
      await page.raw.setViewportSize({ width, height: 800 });
      await page.settled();
      for (const [pick, least] of [[scenario, 100], [kernel, 60]]) {
        const list = await page.raw.locator(`${pick} select`).boundingBox();
        assert.ok(list.width >= least, `${width}: ${pick} has ${list.width} px`);
      }
    }
  });
