import { createServer, type AddressInfo, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Kind, readCorpus, TYPES } from './corpus.js';
import { marked } from './marked.js';

/**
 * An origin of images in a process of its own: `origin-process.ts CORPUS_FOLDER`. Paths are
 * `/<latency in ms>/<kind>/<number>-<salt>`; every path has bytes of its own, with the pixels of the
 * corpus. Bare TCP and no parsing to speak of: it shares the cores with what is measured.
 */
const corpus = readCorpus(process.argv[2]);
const server = createServer({ noDelay: true }, (socket) => {
  let received = '';
  socket.setEncoding('latin1');
  socket.on('error', () => socket.destroy());
  socket.on('data', (text: string) => {
    received += text;
    if (!received.endsWith('\r\n\r\n')) return;
    const request = received;
    received = '';
    void answer(socket, request);
  });
});

async function answer(socket: Socket, request: string): Promise<void> {
  const path = request.slice(4, request.indexOf(' ', 4));
  const [, latency, kind, name] = path.split('/');
  if (latency !== '0') await sleep(Number(latency));
  const tag = `ETag: "${path}"\r\n`;
  if (request.includes(`If-None-Match: "${path}"`)) {
    socket.write(`HTTP/1.1 304 Not Modified\r\n${tag}\r\n`);
    return;
  }
  const images = corpus[kind as Kind];
  const [head, rest] = marked(images[parseInt(name, 10) % images.length], path);
  socket.cork();
  socket.write(
    `HTTP/1.1 200 OK\r\nContent-Type: ${TYPES[kind as Kind]}\r\n${tag}Content-Length: ${head.length + rest.length}\r\n\r\n`,
    'latin1',
  );
  socket.write(head);
  socket.write(rest);
  socket.uncork();
}

process.once('disconnect', () => process.exit(0));
server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
