// The pictures by which the page is judged: each scene at every size, light, dark, and for a hall.
// Its arguments are the names of the scenes wanted; without any, all.

import { CtPage, closeBrowser } from './harness.mjs';

/** What is to be seen: the address, and the size of a step. */
const SCENES = {
  empty: '',
  held: '#held-packet&at=1.28',
  collision: '#collision&at=4.9',
  expired: '#expiry-and-gc&at=5',
  dying: '#slow-listener&at=4',
  tcp: '#tcp-windows&at=7&view=protocol',
  nat: '#nat&at=5&view=relations',
  kernels: '#held-packet&at=4&view=compare',
  packet: '#handshake&at=2.5&view=packet',
  connection: '#handshake&at=2.12&view=connection',
  lookup: '#collision&at=4.9&view=lookup',
  create: '#first-packet&at=1.18&view=create',
  confirm: '#first-packet&at=1.38&view=confirm',
  life: '#slow-listener&at=4&view=life',
  hash: '#collision&at=3&view=hash',
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

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !(name in SCENES));
if (unknown.length > 0) {
  console.error(`no scene ${unknown.join(', ')}; there are ${Object.keys(SCENES).join(', ')}`);
  process.exit(2);
}
for (const [name, at] of Object.entries(SCENES)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  for (const theme of ['light', 'dark', 'projector']) {
    const scheme = theme === 'dark' ? 'dark' : 'light';
    const page = await CtPage.open({ at, scheme, theme, first: name === 'empty' });
    for (const [width, height, look] of LOOKS) {
      if (look !== theme) continue;
      const viewport = { width, height };
      console.log(await page.screenshot(`${name}-${width}x${height}-${theme}`, { viewport }));
    }
    for (const complaint of page.complaints) {
      console.error(`${name}: the page complained: ${complaint}`);
      process.exitCode = 1;
    }
    await page.close();
  }
}
await closeBrowser();
