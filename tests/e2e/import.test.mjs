// Real data in: a capture is read with the page alive, can be stopped, and is opened whole; what
// conntrack printed is a table to begin with, or is put beside the run.

import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { load } from './browser.mjs';
import { VIEWPORTS, test } from './harness.mjs';
import { narration } from './steps.mjs';
import { capture } from './traffic.mjs';

const AXE = readFileSync(load.resolve('axe-core/axe.min.js'), 'utf8');
const CAPTURES = new URL('../data/captures/', import.meta.url);
const HTTP = readFileSync(new URL('http.pcap', CAPTURES));
const LARGE = 100_000;
/** Making the large capture and reading it, on a machine that has other things to do. */
const LONG = 900_000;

const LIST = 'tcp      6 431999 ESTABLISHED src=10.0.0.10 dst=192.0.2.20 sport=40000 dport=80 '
  + 'src=192.0.2.20 dst=10.0.0.10 sport=80 dport=40000 [ASSURED] mark=0 use=1\n'
  + 'udp      17 29 src=10.0.0.10 dst=192.0.2.53 sport=5000 dport=53 [UNREPLIED] src=192.0.2.53 '
  + 'dst=10.0.0.10 sport=53 dport=5000 mark=0 use=1\n';

/** Text that would be markup, a script or a request, if anybody took it for that. */
const ATTACKS = [
  '<img src=x onerror="window.hacked=1">',
  '"><script>window.hacked=1</script>',
  "javascript:window.hacked=1//",
  '<iframe src="//example.com/"></iframe>src=1',
  '[NEW] <svg onload=window.hacked=1> src=1 dst=2',
];

const openDialog = (page) => page.click('Open capture');
const choose = (page, file) => page.ct('import-file').setInputFiles(file);
const found = (page) => page.ct('import-found').waitFor();

async function choices(page, name, buffer) {
  await openDialog(page);
  await choose(page, { name, mimeType: 'application/octet-stream', buffer });
}

async function paste(page, text) {
  await openDialog(page);
  await page.ct('import-text').fill(text);
  await page.ct('import-read').click();
}

/** Waits until the dialog is closed. */
const closed = (page) => page.ct('import').waitFor({ state: 'hidden' });

async function axe(page, screen) {
  await page.raw.evaluate(AXE);
  const broken = await page.raw.evaluate(async () => {
    const { violations } = await window.axe.run(document, { resultTypes: ['violations'] });
    return violations.map(({ id, help, nodes }) => `${id}: ${help} ${nodes[0].html.slice(0, 160)}`);
  });
  assert.deepEqual(broken, [], screen);
}

test('a capture is found, opened, stepped through, and undone', async (page) => {
  await page.line('udp 10.0.0.10:5000 > 192.0.2.53:53');
  await page.press('End');
  await choices(page, 'http.pcap', HTTP);
  await found(page);
  assert.match(await page.ct('import-found').innerText(), /Packets\s+\d+, all that are in the file/);
  await page.ct('import-open').click();
  await closed(page);
  assert.match(await page.ct('toast').innerText(), /http\.pcap: \d+ commands/);
  await page.press('End');
  assert.match(await page.ct('conntrack-list').textContent(), /tcp +6 .*dport=80/);
  await page.click('Undo');
  assert.match(await page.ct('conntrack-list').textContent(), /udp +17 .*dport=53/);
});

test('a file can be dropped anywhere on the page', async (page) => {
  const data = await page.raw.evaluateHandle((bytes) => {
    const transfer = new DataTransfer();
    transfer.items.add(new File([new Uint8Array(bytes)], 'dropped.pcap'));
    return transfer;
  }, [...HTTP]);
  const stage = page.raw.locator('#stage');
  await stage.dispatchEvent('dragover', { dataTransfer: data });
  assert.notEqual(await page.raw.locator('html').getAttribute('data-drop'), null);
  await stage.dispatchEvent('drop', { dataTransfer: data });
  await found(page);
  assert.equal(await page.raw.locator('html').getAttribute('data-drop'), null);
  assert.match(await page.ct('import-found').innerText(), /dropped\.pcap/);
});

test('the dialog is used by keys alone', async (page) => {
  await page.button('Open capture').focus();
  await page.press('Enter');
  await page.ct('import-text').focus();
  await page.raw.keyboard.insertText(LIST);
  await page.ct('import-read').focus();
  await page.press('Enter');
  await found(page);
  await page.press('Tab', 'Escape');
  await closed(page);
  assert.match(await page.ct('toast').innerText(), /Nothing was imported/);
  assert.equal(await page.raw.evaluate(() => document.activeElement.ariaLabel), 'Open capture');
});

test('what conntrack -L printed is a table to begin with, and prints the same', async (page) => {
  await paste(page, `${LIST}icmp 1 x\n`);
  await found(page);
  const said = await page.ct('import-said').innerText();
  assert.match(said, /Line 3, column 8: “x” is not a number for seconds; expected a number/);
  await page.ct('import-open').click();
  await closed(page);
  await page.press('End');
  const printed = (await page.ct('conntrack-list').textContent()).trim().split('\n').sort();
  assert.deepEqual(printed, LIST.trim().split('\n').sort());
  assert.match(await narration(page), /c2/);
  // The link carries it.
  const hash = await page.raw.evaluate(() => location.hash);
  await page.goto(hash);
  await page.press('End');
  assert.deepEqual((await page.ct('conntrack-list').textContent()).trim().split('\n').sort(), printed);
});

test('what conntrack -E printed stands beside the run, the first difference in words', async (page) => {
  await page.line('udp 10.0.0.10:5000 > 192.0.2.53:53');
  await page.line('udp 192.0.2.53:53 > 10.0.0.10:5000');
  await page.press('End');
  const ours = (await page.ct('events').textContent()).trim().split('\n');
  assert.equal(ours.length, 2);
  const stamped = (lines) => lines.map((line, at) => `[170000000${at}.000001]\t${line}`).join('\n');
  await paste(page, stamped([ours[0], ours[1].replace(' 30 ', ' 29 ')]));
  await page.ct('recording').waitFor();
  assert.match(await page.ct('recording-summary').innerText(), /Same: 1 of 2 lines\. The first difference is line 2\./);
  assert.match(await page.ct('recording').innerText(), /first difference · differs: 30 here, 29 in the recording · line 2/);
  await page.click('Show this command');
  await axe(page, 'recording');
  await paste(page, stamped(ours));
  await page.raw.getByText('All 2 events of both are the same.').waitFor();
});

test('attack strings are text: no markup, no script, no request', async (page) => {
  const asked = [];
  page.raw.on('request', (request) => asked.push(request.url()));
  for (const attack of ATTACKS) {
    await choices(page, `${attack}.pcap`.replaceAll('/', '∕'), HTTP);
    await found(page);
    await page.ct('import-open').click();
    await closed(page);
    await choices(page, `${attack}`.replaceAll('/', '∕'), Buffer.from(attack));
    // A list, events, or else a scenario that cannot be read: each says so in its place.
    await page.ct('import-problem').or(page.ct('recording')).or(page.ct('share-said'))
      .or(page.raw.locator('[data-ct="share"][open]')).first().waitFor({ state: 'attached' });
    await page.settled();
    if (await page.raw.locator('dialog[open]').count() > 0) await page.press('Escape');
    // A line that begins like an event makes the text a list of events.
    if (!attack.startsWith('[')) {
      await paste(page, `${LIST}${attack}\n`);
      await found(page);
      await page.ct('import-cancel').click();
      await closed(page);
    }
    await paste(page, `[NEW] udp 17 30 ${attack}`);
    await page.ct('recording').waitFor();
  }
  // A payload is nothing but bytes.
  const evil = Buffer.from(HTTP);
  evil.write('<img src=x onerror=window.hacked=1>', evil.length - 60);
  await choices(page, 'evil.pcap', evil);
  await found(page);
  await page.ct('import-open').click();
  await closed(page);
  await page.press('End');
  assert.deepEqual(asked, []);
  assert.equal(await page.raw.evaluate(() => window.hacked), undefined);
  assert.equal(await page.raw.locator('img, iframe, [onerror], [onload]').count(), 0);
});

test('what cannot be read says so, and the page goes on', async (page) => {
  await page.line('udp 10.0.0.10:5000 > 192.0.2.53:53');
  await page.press('End');
  for (const [name, bytes, said] of [
    ['none.pcap', Buffer.alloc(0), /none\.pcap is empty/],
    ['packed.pcap.gz', Buffer.from([0x1f, 0x8b, 8, 0]), /unpack it with gunzip/],
    ['noise', Buffer.from([0, 1, 2, 3, 4, 5]), /neither a capture/],
    ['header.pcap', HTTP.subarray(0, 20), /ends in its own header/],
  ]) {
    await choices(page, name, bytes);
    await page.ct('import-problem').waitFor();
    assert.match(await page.ct('import-problem').innerText(), said);
    await page.click('Close real data');
  }
  await choices(page, 'cut.pcap', HTTP.subarray(0, HTTP.length - 9));
  await found(page);
  assert.match(await page.ct('import-said').innerText(), /ends in the middle of this packet/);
  await page.ct('import-cancel').first().click();
  await closed(page);
  assert.match(await page.ct('conntrack-list').textContent(), /^udp/);
});

for (const [name, viewport] of [['desktop', VIEWPORTS.desktop], ['phone', VIEWPORTS.phone]]) {
  for (const theme of ['light', 'dark', 'projector']) {
    test(`axe finds nothing in the dialogs: ${name}, ${theme}`, { viewport, theme }, async (page) => {
      if (name === 'phone') {
        await page.click('Scenario as text');
        await page.ct('import-open-dialog').click();
      } else {
        await openDialog(page);
      }
      await page.settled();
      await axe(page, 'choose');
      await page.ct('import-text').fill('hello');
      await page.ct('import-read').click();
      await page.ct('import-problem').waitFor();
      await axe(page, 'problem');
      await choose(page, { name: 'http.pcap', mimeType: '', buffer: HTTP });
      await found(page);
      await axe(page, 'found');
    });
  }
}

/** Watches for long tasks, where the browser tells of them, and for the longest wait of a tick. */
function watch(page) {
  return page.raw.evaluate(() => {
    window.watched = { tasks: [], wait: 0, progress: [] };
    if (PerformanceObserver.supportedEntryTypes.includes('longtask')) {
      new PerformanceObserver((list) => {
        window.watched.tasks.push(...list.getEntries().map((entry) => Math.round(entry.duration)));
      }).observe({ type: 'longtask' });
    }
    const { port1, port2 } = new MessageChannel();
    let last = performance.now();
    port1.onmessage = () => {
      const now = performance.now();
      window.watched.wait = Math.max(window.watched.wait, now - last);
      last = now;
      const bar = document.querySelector('[data-ct="import-progress"]');
      if (bar && window.watched.progress.at(-1) !== bar.value) window.watched.progress.push(bar.value);
      setTimeout(() => port2.postMessage(0), 1);
    };
    port2.postMessage(0);
  });
}

test('100 000 packets of real programs: progress, cancel, open and undo', { timeout: LONG },
  async (page) => {
    const file = process.env.CTSCOPE_LARGE_CAPTURE
      ?? join(mkdtempSync(join(tmpdir(), 'ctscope-')), 'large.pcap');
    if (!existsSync(file)) await capture(file, LARGE);
    await page.line('udp 10.0.0.10:5000 > 192.0.2.53:53');
    await page.press('End');
    const before = await page.ct('conntrack-list').textContent();
    const hash = await page.raw.evaluate(() => location.hash);

    // Stopped while it is read, and while it is opened.
    await openDialog(page);
    await choose(page, file);
    await page.ct('import-cancel').click();
    await closed(page);
    await openDialog(page);
    await choose(page, file);
    await page.ct('import-open').click({ timeout: 120_000 });
    await page.raw.waitForFunction(
      () => document.querySelector('[data-ct="import-progress"]')?.value > 50, null, { timeout: 120_000 },
    );
    await page.ct('import-cancel').click();
    await closed(page);
    assert.equal(await page.ct('conntrack-list').textContent(), before);
    assert.equal(await page.raw.evaluate(() => location.hash), hash);

    // Whole. How long tasks take is printed and not asserted: other programs are here, too.
    await openDialog(page);
    await watch(page);
    const begun = Date.now();
    await choose(page, file);
    await found(page);
    const read = Date.now() - begun;
    assert.match(await page.ct('import-found').innerText(), /100.000/);
    const opening = Date.now();
    await page.ct('import-open').click();
    await page.ct('import').waitFor({ state: 'hidden', timeout: 300_000 });
    const opened = Date.now() - opening;
    await page.settled();
    const { tasks, wait, progress } = await page.raw.evaluate(() => window.watched);
    console.log(`# read in ${read} ms, run and opened in ${opened} ms; tasks above 50 ms: `
      + `${JSON.stringify(tasks)}; longest wait ${Math.round(wait)} ms; `
      + `${progress.length} states of the bar`);
    assert.ok(progress.length > 20, `${progress.length} states of the bar`);

    // And then it is as fluid as a short run.
    const steps = [];
    for (const key of ['End', 'ArrowLeft', 'ArrowLeft', 'Home', 'ArrowRight', 'End', 'ArrowLeft']) {
      const begun = Date.now();
      await page.press(key);
      steps.push(Date.now() - begun);
    }
    console.log(`# End, back, back, Home, on, End, back: ${steps.join(', ')} ms`);
    await page.click('Undo');
    assert.equal(await page.ct('conntrack-list').textContent(), before);
  });

test('a file that is too large is refused before it is read', async (page) => {
  const folder = mkdtempSync(join(tmpdir(), 'ctscope-'));
  const file = join(folder, 'vast.pcap');
  writeFileSync(file, Buffer.alloc((64 << 20) + 1));
  await openDialog(page);
  await choose(page, file);
  await page.ct('import-problem').waitFor();
  assert.match(await page.ct('import-problem').innerText(), /vast\.pcap has 64\.0 MB, and at most 64\.0 MB are read\. Capture less/);
});
