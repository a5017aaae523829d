import { createServer, type AddressInfo, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Kind, readCorpus, CONTENT_TYPES } from './corpus.js';
import { addComment } from './add-comment.js';

/**
 * Origin server process, started as `origin-process.ts CORPUS_FOLDER`. Paths are
 * `/<latency in ms>/<kind>/<number>-<salt>`. Each path has different bytes and the pixels of a corpus image. It uses
 * plain TCP with minimal parsing, because it shares the cores with the app.
 */
const corpus = readCorpus(process.argv[2]);
const server = createServer({ noDelay: true }, (socket) => {
  let receivedText = '';
  socket.setEncoding('latin1');
  socket.on('error', () => socket.destroy());
  socket.on('data', (text: string) => {
    receivedText += text;
    if (!receivedText.endsWith('\r\n\r\n')) return;
    const request = receivedText;
    receivedText = '';
    void respond(socket, request);
  });
});

async function respond(socket: Socket, request: string): Promise<void> {
  const path = request.slice(4, request.indexOf(' ', 4));
  const [, latency, kind, name] = path.split('/');
  if (latency !== '0') await sleep(Number(latency));
  const etagHeader = `ETag: "${path}"\r\n`;
  if (request.includes(`If-None-Match: "${path}"`)) {
    socket.write(`HTTP/1.1 304 Not Modified\r\n${etagHeader}\r\n`);
    return;
  }
  const images = corpus[kind as Kind];
  const [head, tail] = addComment(images[parseInt(name, 10) % images.length], path);
  socket.cork();
  socket.write(
    `HTTP/1.1 200 OK\r\nContent-Type: ${CONTENT_TYPES[kind as Kind]}\r\n${etagHeader}Content-Length: ${head.length + tail.length}\r\n\r\n`,
    'latin1',
  );
  socket.write(head);
  socket.write(tail);
  socket.uncork();
}

process.once('disconnect', () => process.exit(0));
server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
