// Links and files: what the dialog saves and opens, what a frame shows, and what strangers' text
// does not do.

import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { download, env, load } from './browser.mjs';
import { OUT, VIEWPORTS, test } from './harness.mjs';
import { card, narration } from './steps.mjs';

const AXE = readFileSync(load.resolve('axe-core/axe.min.js'), 'utf8');
const AT = '#handshake&at=3.9';
const ATTACK = '</text><script>alert(1)</script>"\'>[x](javascript:alert(1)) `<img src=x onerror=alert(1)>';

async function dialog(page) {
  await page.click('Share and export');
  await page.ct('share').waitFor();
}

/** Clicks a button that saves, and gives back name and bytes. */
async function saved(page, kind) {
  const save = page.ct('save', { file: kind }).first();
  const [name, path] = await download(page.raw, () => save.click());
  return [name, readFileSync(path)];
}

const chosen = (name, text) => ({ name, mimeType: 'text/plain', buffer: Buffer.from(text) });

/** A page with nothing but this in it, opened as a file; gives back what `look` sees there. */
async function alone(page, name, text, look) {
  mkdirSync(OUT, { recursive: true });
  const path = `${OUT}/${name}`;
  writeFileSync(path, text);
  const context = await page.raw.context().browser().newContext();
  const other = await context.newPage();
  const asked = [];
  other.on('request', (request) => asked.push(request.url()));
  await other.goto(`file://${path}`);
  const seen = await other.evaluate(look);
  await other.screenshot({ path: `${path}.png` });
  assert.deepEqual(asked.filter((url) => url !== `file://${path}`), [], 'it asks for nothing else');
  await context.close();
  return seen;
}

test('each kind of file is saved with what is on the screen', { at: AT }, async (page) => {
  const said = await narration(page);
  await dialog(page);
  const text = async (kind) => (await saved(page, kind)).map(String);

  const [ct, scenario] = await text('scenario');
  assert.equal(ct, 'tcp-from-open-to-close.ct');
  assert.match(scenario, /^tcp 10\.0\.0\.10:40000 > /);

  const [pcap, bytes] = await saved(page, 'packets');
  assert.equal(pcap, 'tcp-from-open-to-close.pcap');
  assert.equal(bytes.readUInt32LE(0), 0xa1b2c3d4);
  assert.equal(bytes.readUInt32LE(20), 101);

  const [, list] = await text('list');
  assert.match(list, /^tcp +6 \d+ \w+ src=10\.0\.0\.10 /);
  const [, state] = await text('state');
  assert.equal(JSON.parse(state).connections[0].conn, 'c1');
  const [, trace] = await text('trace');
  assert.ok(JSON.parse(trace).steps.length > 60);
  const [, markdown] = await text('markdown');
  const first = /\]\(<(http[^>]*)>\)/.exec(markdown)[1];
  assert.ok(first.startsWith(`${env.url}`) || first.startsWith(new URL(env.url).origin), first);

  const [, svg] = await text('picture');
  const seen = await alone(page, 'stage.svg', svg, () => ({
    title: document.querySelector('title').textContent,
    root: document.documentElement.localName,
    texts: [...document.querySelectorAll('text')].map((node) => node.textContent),
    outside: [...document.querySelectorAll('text')].filter((node) => {
      const box = node.getBoundingClientRect();
      return box.width > 0 && (box.right > innerWidth + 8 && innerWidth > 800);
    }).length,
  }));
  assert.equal(seen.root, 'svg');
  assert.equal(seen.title, said);
  assert.equal(seen.outside, 0);
  await page.press('Escape');
  // What the page says on the stage, the picture says too.
  const onStage = await page.raw.locator('.stage__svg text').evaluateAll((nodes) => nodes
    .filter((node) => getComputedStyle(node).display !== 'none' && node.checkVisibility())
    .map((node) => node.textContent.trim()).filter((text) => text !== ''));
  const squeezed = (text) => text.replace(/\s+/g, ' ').trim();
  const drawn = new Set(seen.texts.map(squeezed));
  const missing = onStage.map(squeezed).filter((text) => !drawn.has(text)
    && !/0x|nulls/.test(text));
  assert.deepEqual(missing, []);

  await dialog(page);
  await page.click('Only this command');
  const [, strip] = await text('strip');
  const panels = await alone(page, 'strip.svg', strip,
    () => document.querySelectorAll('circle[r="13"]').length);
  const note = await page.ct('strip-note').innerText();
  assert.equal(`${panels} steps.`, note);
});

test('a scenario file is opened by button, drop and paste, and the work is kept', async (page) => {
  await page.line('udp 10.9.9.9:5000 > 192.0.2.53:53');
  await dialog(page);
  await page.ct('open-file').setInputFiles(chosen('bad.ct', 'gc\ngcc\nudp x\n'));
  const problems = page.ct('share-problems');
  await problems.getByText('Line 2, column 1').waitFor();
  await problems.getByText('Line 3').waitFor();
  await page.screenshot('share problems');

  await page.ct('open-file').setInputFiles(chosen('lab-3.ct', 'gc\nadvance 1s\n'));
  await page.raw.getByText('lab-3.ct: 2 commands').first().waitFor();
  assert.equal(await page.ct('share').isVisible(), false);
  await page.raw.locator('body').click({ position: { x: 2, y: 2 } });
  await page.press('b', 'End');
  assert.equal(await card(page, 'c1', 'place'), 'table');

  await dialog(page);
  const dropped = await page.raw.evaluateHandle(() => {
    const data = new DataTransfer();
    data.items.add(new File(['gc  # dropped\n'], 'dropped.ct'));
    return data;
  });
  await page.ct('share').dispatchEvent('drop', { dataTransfer: dropped });
  await page.raw.getByText('dropped.ct: 1 command.').first().waitFor();

  await dialog(page);
  await page.ct('share-paste').fill('advance 3s\n');
  await page.click('Open these lines');
  assert.equal(await page.ct('share').isVisible(), false);
  assert.match(await page.ct('step').innerText(), /^0 \/ /);
});

test('the link, its length and the text for a page are in the dialog', { at: AT }, async (page) => {
  await dialog(page);
  const link = await page.ct('share-link').inputValue();
  assert.equal(new URL(link).hash, AT);
  assert.match(await page.ct('share-length').innerText(), new RegExp(`^${link.length} characters`));
  await page.click('Copy this link');
  assert.equal(await page.clipboard(), link);
  await page.raw.getByLabel('Height in pixels').fill('620');
  await page.raw.getByLabel('Colours').selectOption({ label: 'dark' });
  const snippet = await page.ct('embed-text').inputValue();
  assert.match(snippet, /\?embed&amp;theme=dark#handshake&amp;at=3\.9" .* height="620"/);
  await page.click('Copy this text');
  assert.equal(await page.clipboard(), snippet);
});

for (const [name, viewport] of Object.entries(VIEWPORTS)) {
  for (const scheme of ['light', 'dark']) {
    test(`the dialog at ${name}, ${scheme}, is for everybody`, { at: AT, viewport, scheme }, async (page) => {
      await page.raw.locator('body').press('e');
      await page.ct('share').waitFor();
      await page.ct('open-file').setInputFiles(chosen('bad.ct', 'gcc\n'));
      await page.ct('share-problems').getByText('Line 1').waitFor();
      await page.raw.evaluate(AXE);
      const found = await page.raw.evaluate(async () => {
        const { violations } = await window.axe.run(document, { resultTypes: ['violations'] });
        return violations.map(({ id, nodes }) => `${id}: ${nodes[0].html.slice(0, 200)}`);
      });
      assert.deepEqual(found, []);
      const wide = await page.ct('share').evaluate((node) => node.scrollWidth - node.clientWidth);
      assert.ok(wide <= 0, `${wide} px stick out`);
      if (viewport.width < 720) {
        const small = await page.raw.locator('.share button, .share label.btn').evaluateAll((nodes) => nodes
          .filter((node) => node.getBoundingClientRect().height < 44)
          .map((node) => node.textContent));
        assert.deepEqual(small, []);
      }
      // By keyboard: everything can be reached, and Escape leaves.
      for (let tab = 0; tab < 40; tab += 1) await page.raw.keyboard.press('Tab');
      const inside = await page.raw.evaluate(() => document.activeElement.closest('dialog') !== null
        || document.activeElement === document.body);
      assert.ok(inside, 'the focus stays in the dialog');
      await page.press('Escape');
      assert.equal(await page.ct('share').isVisible(), false);
    });
  }
}

test('attack strings stay text in the page and in every file', async (page) => {
  await page.line('udp 10.0.0.1:5000 > 10.0.0.2:53');
  await dialog(page);
  await page.ct('open-file').setInputFiles(chosen(`"><img src=x onerror=alert(1)>.ct`,
    `udp 10.0.0.1:5000 > 10.0.0.2:53  # ${ATTACK}\n`));
  await page.ct('share').waitFor({ state: 'hidden' });
  await page.press('End');
  await dialog(page);
  await page.click('The whole run');
  const look = () => document.querySelectorAll('script, img, a, [onload], [onerror], foreignObject').length;
  for (const kind of ['picture', 'strip']) {
    const [name, svg] = await saved(page, kind);
    assert.match(name, /^[a-z0-9.-]+$/);
    assert.equal(await alone(page, `attack-${kind}.svg`, String(svg), look), 0, kind);
  }
  const [, markdown] = (await saved(page, 'markdown')).map(String);
  assert.ok(!/<(script|img)/.test(markdown), markdown);
  assert.ok(!/[^\\]\]\(javascript/.test(markdown), markdown);
  for (const kind of ['state', 'trace']) {
    const [, json] = (await saved(page, kind)).map(String);
    JSON.parse(json);
  }
  const snippet = await page.ct('embed-text').inputValue();
  assert.equal(snippet.match(/</g).length, 2, snippet);
  assert.equal(await page.raw.locator('img, script[src*="x"]').count(), 0);
});

test('a link opened while one works keeps the work; a damaged one says what could be read', async (page) => {
  await page.line('udp 10.9.9.9:5000 > 192.0.2.53:53  # mine');
  await page.press('End');
  await page.raw.evaluate(() => { location.hash = 'handshake&at=2.1&zoom=7'; });
  await page.raw.getByText('“zoom=7” is not a part of a link').first().waitFor();
  await page.raw.locator('body').click({ position: { x: 2, y: 2 } });
  await page.press('b', 'End');
  await page.ct('conn', { conn: 'c1' }).waitFor();
  const before = await narration(page);
  await page.raw.evaluate(() => { location.hash = 'v1.!!!!'; });
  await page.raw.getByText('has a character that cannot be in it').first().waitFor();
  assert.equal(await narration(page), before);
});

/** A page of somebody else, with ours in a frame. */
async function framed(page, { at, width, height, sandbox }) {
  const src = new URL(at, env.url).href.replaceAll('&', '&amp;');
  const rule = sandbox === undefined ? '' : ` sandbox="${sandbox}"`;
  const body = `<!doctype html><html lang="en"><meta charset="utf-8"><title>A course</title><h1>A course</h1>
    <label>Answer <input id="mine" autofocus></label>
    <iframe title="ctscope" width="${width}" height="${height}" style="border:0"${rule} src="${src}"></iframe>
    <p style="height:2000px">…</p></html>`;
  await page.raw.route('**/course.html', (route) => route.fulfill({ contentType: 'text/html', body }));
  await page.raw.goto(new URL('course.html', env.url).href);
  await page.raw.locator('#mine').focus();
  const frame = page.raw.frameLocator('iframe');
  await frame.locator('[data-ct="app"][data-ready="true"]').waitFor();
  return frame;
}

for (const [name, width, height, sandbox] of [
  ['640 by 480', 640, 480, undefined],
  ['640 by 480, in a sandbox', 640, 480, 'allow-scripts'],
  ['390 wide', 390, 600, 'allow-scripts allow-same-origin allow-popups'],
]) {
  test(`in a frame, ${name}, the page is quiet until one is in it`, {}, async (page) => {
    // A frame without an origin may load no files of ours: the single file has them inside.
    const alone = sandbox === 'allow-scripts';
    if (alone && !existsSync(`${env.dist}/ctscope.html`)) return;
    const at = `${alone ? 'ctscope.html' : ''}?embed&theme=dark#handshake&at=3.9`;
    const frame = await framed(page, { at, width, height, sandbox });
    const ct = (what) => frame.locator(`[data-ct="${what}"]`);
    assert.match(await ct('narration').innerText(), /\w/);
    assert.equal(await frame.locator('html').getAttribute('data-theme'), 'dark');
    assert.equal(await frame.locator('.bench, .top, dialog[open]').count(), 0);
    assert.equal(await page.raw.evaluate(() => document.activeElement.id), 'mine');
    assert.equal(await page.raw.evaluate(() => scrollY), 0);

    // Keys of the page around it are not ours.
    const before = await ct('step').innerText();
    await page.raw.locator('#mine').press('ArrowRight');
    await page.raw.locator('#mine').press('PageDown');
    assert.equal(await ct('step').innerText(), before);
    assert.equal(await page.raw.evaluate(() => document.activeElement.id), 'mine');

    await frame.getByRole('button', { name: 'Step forward', exact: true }).click();
    await page.settled();
    const after = await ct('step').innerText();
    assert.notEqual(after, before);
    await page.raw.keyboard.press('ArrowRight');
    await page.settled();
    assert.notEqual(await ct('step').innerText(), after, 'inside, arrows step');

    const link = await ct('embed-open').getAttribute('href');
    assert.ok(link.startsWith(`${env.url.split('?')[0]}`), link);
    assert.ok(!link.includes('embed'), link);
    assert.match(link, /#handshake&at=3\.\d+$/);
    const out = await frame.locator('html').evaluate((root) => ({
      wide: root.scrollWidth - root.clientWidth,
      high: root.scrollHeight - root.clientHeight,
      stage: root.querySelector('.stage').clientHeight,
    }));
    assert.ok(out.wide <= 0 && out.high <= 0, JSON.stringify(out));
    assert.ok(out.stage > 150, `the stage is ${out.stage} px high`);
    await page.screenshot(`embed ${name}`);
    if (sandbox === undefined) {
      const kept = await frame.locator('html').evaluate(() => localStorage.getItem('ctscope.settings'));
      assert.ok(kept === null || !kept.includes('dark'), `kept: ${kept}`);
    }
  });
}

test('the page alone with ?embed is the same, and axe finds nothing', { at: '?embed#first-packet&at=1.20' }, async (page) => {
  await page.raw.evaluate(AXE);
  const found = await page.raw.evaluate(async () => {
    const { violations } = await window.axe.run(document, { resultTypes: ['violations'] });
    return violations.map(({ id, nodes }) => `${id}: ${nodes[0].html.slice(0, 200)}`);
  });
  assert.deepEqual(found, []);
  assert.equal(new URL(page.raw.url()).hash, '#first-packet&at=1.20');
});
