// Takes pictures of the page. Its one argument is JSON:
// { name, at, actions: [{ line } or { key } or { click }], sizes: [[width, height]], schemes, full }

import { CtPage, VIEWPORTS, closeBrowser } from './harness.mjs';

const { name, at, actions, sizes, schemes, full } = JSON.parse(process.argv[2]);
// The projector's colours are a choice of the page, not of the system.
const look = (scheme) => (scheme === 'projector' ? { theme: scheme } : { scheme });
let wrong = 0;
for (const [width, height] of sizes) {
  for (const scheme of schemes) {
    // The command line is in a sheet on a phone: what is to be done is done on a desk first.
    const page = await CtPage.open({ at, viewport: VIEWPORTS.desktop, first: true, ...look(scheme) });
    for (const { line, key, click } of actions) {
      if (line !== undefined) console.error(`> ${line}\n${await page.line(line)}`);
      if (key !== undefined) await page.press(key);
      if (click !== undefined) await page.click(click);
    }
    const viewport = { width, height };
    console.log(await page.screenshot(`${name}-${width}x${height}-${scheme}`, { viewport, full }));
    for (const complaint of page.complaints) {
      wrong += 1;
      console.error(`the page complained: ${complaint}`);
    }
    await page.close();
  }
}
await closeBrowser();
process.exitCode = wrong > 0 ? 1 : 0;
