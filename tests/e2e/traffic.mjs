// Traffic of real programs for a large capture: in a network namespace of its own (nothing of it is
// ever on a network), a DNS-like server and a web-like one are asked over loopback, and dumpcap
// writes down so many packets.
//
//   node traffic.mjs FILE PACKETS

import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import net from 'node:net';

/** Most conversations at a time. */
const AT_ONCE = 40;
/** Questions of one UDP flow. */
const QUESTIONS = 8;

/** Makes a capture of so many packets. Asks for root, `unshare`, `ip` and `dumpcap`. */
export async function capture(file, packets) {
  const child = spawn('unshare', ['-n', process.execPath, new URL(import.meta.url).pathname,
    file, String(packets)], { stdio: ['ignore', 'inherit', 'inherit'] });
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`no capture was made: unshare -n ended with ${code}`);
}

async function run(command, args) {
  const child = spawn(command, args, { stdio: 'ignore' });
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`${command} ended with ${code}`);
}

async function udp(server) {
  const socket = createSocket('udp4');
  for (let n = 0; n < QUESTIONS; n += 1) {
    socket.send(Buffer.from(`question ${n} of some length`), server, '127.0.0.1');
    // Nothing gets lost on loopback but by a full buffer: then the next question is asked.
    await Promise.race([once(socket, 'message'), new Promise((go) => { setTimeout(go, 200); })]);
  }
  socket.close();
}

async function tcp(server) {
  const socket = net.connect(server, '127.0.0.1');
  socket.end('GET / HTTP/1.0\r\n\r\n');
  socket.resume();
  await once(socket, 'close');
}

async function main(file, packets) {
  await run('ip', ['link', 'set', 'lo', 'up']);
  const answers = createSocket('udp4');
  answers.on('message', (text, from) => answers.send(text, from.port, from.address));
  answers.bind(53535, '127.0.0.1');
  await once(answers, 'listening');
  const web = net.createServer((socket) => {
    socket.on('error', () => {});
    socket.on('data', () => socket.end('HTTP/1.0 200 OK\r\n\r\n'.padEnd(600, 'x')));
  });
  web.listen(8080, '127.0.0.1', 511);
  await once(web, 'listening');
  const dump = spawn('dumpcap', ['-q', '-P', '-B', '64', '-i', 'lo', '-w', file, '-c', String(packets)],
    { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  const listening = new Promise((go, stop) => {
    dump.stderr.on('data', (text) => {
      said += text;
      if (said.includes('File:')) go();
    });
    dump.on('exit', () => stop(new Error(`dumpcap did not begin: ${said}`)));
  });
  await listening;
  let done = false;
  dump.on('exit', () => { done = true; });
  const talk = async (nth) => {
    while (!done) await (nth % 4 === 0 ? tcp(8080) : udp(53535)).catch(() => {});
  };
  await Promise.all(Array.from({ length: AT_ONCE }, (_, nth) => talk(nth)));
  process.exit(0);
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  await main(process.argv[2], Number(process.argv[3]));
}
