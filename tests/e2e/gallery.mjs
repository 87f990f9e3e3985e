// The pictures by which the page is judged: each scene at every size, light, dark, and for a hall.
// Its arguments are the names of the scenes wanted, sizes such as 390x844, and themes; of what is
// not named, all.

import { readFileSync } from 'node:fs';
import { CtPage, closeBrowser } from './harness.mjs';

const HTTP = readFileSync(new URL('../data/captures/http.pcap', import.meta.url));
const HALL = [[1920, 1080, 'projector'], [1440, 900, 'projector'], [1024, 768, 'projector']];

const act = (page, name) => page.raw.locator(`.lcard [data-act="${name}"]`).first().click();
const go = (page) => page.raw.locator('#lesson-go').click();
const answer = async (page, text) => {
  await page.ct('lesson-answer').fill(text);
  await go(page);
};
const paste = async (page, text) => {
  await page.click('Open capture');
  await page.ct('import-text').fill(text);
  await page.ct('import-read').click();
  await page.settled();
};

/** What is to be seen: the address; what is done there at that size; other looks than all. */
const SCENES = {
  // The microscope.
  empty: { at: '', first: true },
  held: { at: '#held-packet&at=1.28' },
  collision: { at: '#collision&at=4.9' },
  expired: { at: '#expiry-and-gc&at=5' },
  dying: { at: '#slow-listener&at=4' },
  tcp: { at: '#tcp-windows&at=7&view=protocol' },
  nat: { at: '#nat&at=5&view=relations' },
  kernels: { at: '#held-packet&at=4&view=compare' },
  packet: { at: '#handshake&at=2.5&view=packet' },
  connection: { at: '#handshake&at=2.12&view=connection' },
  lookup: { at: '#collision&at=4.9&view=lookup' },
  create: { at: '#first-packet&at=1.18&view=create' },
  confirm: { at: '#first-packet&at=1.38&view=confirm' },
  life: { at: '#slow-listener&at=4&view=life' },
  hash: { at: '#collision&at=3&view=hash' },

  // The classroom.
  lessons: { at: '#lessons' },
  labs: { at: '#labs' },
  begin: { at: '#lesson/first-packet' },
  stop: { at: '#lesson/first-packet/2' },
  choice: { at: '#lesson/first-packet/4' },
  list: { at: '#lesson/first-packet/5' },
  buckets: { at: '#lesson/first-packet/6' },
  wrong: { at: '#lesson/first-packet/6', do: (page) => answer(page, '3 7') },
  right: { at: '#lesson/first-packet/6', do: (page) => act(page, 'Skip') },
  number: { at: '#lesson/references/3' },
  deadline: { at: '#lesson/timeouts/4' },
  turn: { at: '#lesson/first-packet/8' },
  goal: { at: '#lesson/first-packet/8', do: (page) => act(page, 'ShowMe') },
  end: {
    at: '#lesson/first-packet/9',
    do: async (page) => {
      await act(page, 'Skip');
      await go(page);
    },
  },
  operator: { at: '#lab/lab-dns-race/5' },
  present: { at: '?present#first-packet&at=1.9', looks: HALL },
  ask: { at: '?present#lesson/first-packet/6', looks: HALL },
  reveal: {
    at: '?present#lesson/first-packet/6', looks: HALL, do: (page) => page.press('PageDown'),
  },
  notes: {
    at: '?present#lesson/first-packet/6',
    do: async (page) => {
      const waiting = page.raw.context().waitForEvent('page');
      await page.press('n');
      const notes = await waiting;
      await notes.locator('[data-notes="true"]').waitFor();
      await notes.locator('[data-ct="narration"]').waitFor();
      await notes.setViewportSize(page.raw.viewportSize());
      page.raw = notes;
    },
  },
  import: { at: '#handshake', do: (page) => page.click('Open capture') },
  found: {
    at: '#handshake',
    do: async (page) => {
      await page.click('Open capture');
      const mimeType = 'application/octet-stream';
      await page.ct('import-file').setInputFiles({ name: 'http.pcap', mimeType, buffer: HTTP });
      await page.ct('import-found').waitFor();
    },
  },
  bad: { at: '#handshake', do: (page) => paste(page, 'tcp 6 x ESTABLISHED src=1\nnothing\n') },
  share: { at: '#handshake&at=3.9', do: (page) => page.click('Share and export') },
  embed: { at: '?embed#handshake&at=3.9' },
  help: { at: '#handshake&at=3.9', do: (page) => page.press('?') },
  german: { at: '?lang=de#handshake&at=3.9' },
  'german-lessons': { at: '?lang=de#lessons' },
  'german-buckets': { at: '?lang=de#lesson/first-packet/6' },
  'german-goal': { at: '?lang=de#lesson/first-packet/8', do: (page) => act(page, 'ShowMe') },
};

/** Width, height, theme. */
const LOOKS = [
  [1440, 900, 'light'],
  [1440, 900, 'dark'],
  [1024, 768, 'light'],
  [1024, 768, 'dark'],
  [390, 844, 'light'],
  [390, 844, 'dark'],
  [1920, 1080, 'projector'],
];

const words = process.argv.slice(2);
const isSize = (word) => /^\d+x\d+$/.test(word);
const isTheme = (word) => ['light', 'dark', 'projector'].includes(word);
const sizes = words.filter(isSize);
const themes = words.filter(isTheme);
const wanted = words.filter((word) => !isSize(word) && !isTheme(word));
const unknown = wanted.filter((name) => !(name in SCENES));
if (unknown.length > 0) {
  console.error(`no scene ${unknown.join(', ')}; there are ${Object.keys(SCENES).join(', ')}`);
  process.exit(2);
}
for (const [name, scene] of Object.entries(SCENES)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  for (const [width, height, theme] of scene.looks ?? LOOKS) {
    if (sizes.length > 0 && !sizes.includes(`${width}x${height}`)) continue;
    if (themes.length > 0 && !themes.includes(theme)) continue;
    const scheme = theme === 'dark' ? 'dark' : 'light';
    const viewport = { width, height };
    const page = await CtPage.open({
      at: scene.at, viewport, scheme, theme, first: scene.first === true,
    });
    try {
      await scene.do?.(page);
      await page.settled();
      console.log(await page.screenshot(`${name}-${width}x${height}-${theme}`));
    } catch (error) {
      console.error(`${name} at ${width}x${height}: ${error.message}`);
      process.exitCode = 1;
    }
    for (const complaint of page.complaints) {
      console.error(`${name}: the page complained: ${complaint}`);
      process.exitCode = 1;
    }
    await page.close();
  }
}
await closeBrowser();
