// A folder on a host that can be stopped, and another build of the page to put there.

import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import {
  cpSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { env } from './browser.mjs';

const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.wasm': 'application/wasm',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.webmanifest': 'application/manifest+json',
};

/** Where the page's own folder lies on the host. */
const PREFIX = '/course/unit-3/';

/** A copy of the built page below a path of this machine. */
export class Site {
  /** The paths that were asked for, since the list was emptied. */
  asked = [];

  #server;

  /** `test` ends it: await Site.open(test). */
  static async open() {
    const site = new Site();
    site.folder = mkdtempSync(join(tmpdir(), 'ctscope-site-'));
    cpSync(env.dist, site.folder, { recursive: true });
    await site.start();
    return site;
  }

  /** Answers, on the same port as before. */
  async start() {
    this.#server = createServer((request, answer) => this.#answer(request, answer));
    await new Promise((done, failed) => {
      this.#server.once('error', failed);
      this.#server.listen(this.port ?? 0, '127.0.0.1', done);
    });
    this.port = this.#server.address().port;
    this.url = `http://127.0.0.1:${this.port}${PREFIX}`;
  }

  /** Answers nothing and nobody any more. */
  async stop() {
    const closed = new Promise((done) => { this.#server.close(done); });
    this.#server.closeAllConnections();
    await closed;
  }

  /** Stops and forgets everything. */
  async close() {
    if (this.#server.listening) await this.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  #answer(request, answer) {
    const { pathname } = new URL(request.url, this.url);
    this.asked.push(pathname);
    const path = pathname.startsWith(PREFIX) ? pathname.slice(PREFIX.length) : undefined;
    try {
      if (path === undefined || path.includes('..')) throw new Error('not here');
      const file = join(this.folder, path || 'index.html');
      const content = readFileSync(file);
      const headers = { 'Content-Type': TYPES[extname(file)] ?? 'application/octet-stream' };
      // As a host does that lets browsers keep what it sent for long.
      answer.writeHead(200, { ...headers, 'Cache-Control': 'max-age=3600', ...this.headers });
      answer.end(content);
    } catch {
      answer.writeHead(404).end();
    }
  }

  text(name) {
    return readFileSync(join(this.folder, name), 'utf8');
  }

  write(name, text) {
    writeFileSync(join(this.folder, name), text);
  }

  /**
   * Puts another build there: `mark` stands in its page and in a style sheet of another name, as
   * a real change would. Gives back what is different.
   */
  deploy(mark) {
    const old = readdirSync(this.folder).find((name) => /^styles-.*\.css$/.test(name));
    const name = `styles-${mark}.css`;
    const style = `${this.text(old)}\n:root { --build: "${mark}"; }\n`;
    renameSync(join(this.folder, old), join(this.folder, name));
    this.write(name, style);
    const page = this.text('index.html')
      .replace(new RegExp(`<link rel="stylesheet" [^>]*href="./${old}"[^>]*>`), (
        `<link rel="stylesheet" href="./${name}" integrity="${digest('sha384', style)}"/>`))
      .replace(/<html [^>]*>/, `<html lang="en" data-build="${mark}">`);
    this.write('index.html', page);
    this.#listFiles(old, name);
  }

  /** Names the files of now in the worker. */
  #listFiles(old, name) {
    const lines = this.text('worker.js').split('\n').map((line) => {
      const path = /^ {2}'(.*)': 'sha256-.*',$/.exec(line)?.[1];
      if (path === undefined) return line;
      const now = path === old ? name : path;
      return `  '${now}': '${digest('sha256', readFileSync(join(this.folder, now || 'index.html')))}',`;
    });
    const build = digest('sha256', lines.join('\n'));
    this.write('worker.js', lines.join('\n').replace(/^const BUILD = .*$/m, `const BUILD = '${build}';`));
  }
}

function digest(kind, data) {
  return `${kind}-${createHash(kind).update(data).digest('base64')}`;
}

/** The address of the page in one file. */
export const SINGLE = pathToFileURL(join(env.dist, 'ctscope.html')).href;
