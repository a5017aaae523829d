import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Behavior } from '../../../../test/support/origin-server.js';
import { OriginServer } from '../../../../test/support/origin-server.js';
import { createDownloader } from '../../../../test/support/outbound.js';

const content = randomBytes(200_000);
let origin: OriginServer;
let folder: string;

beforeEach(async () => {
  origin = await OriginServer.start();
  folder = await mkdtemp(join(tmpdir(), 'pressroom-lenient-'));
});
afterEach(async () => {
  await origin.close();
  await rm(folder, { recursive: true });
});

/** Sends these lines unchanged, followed by the content. */
const sendRaw =
  (lines: string[], body: Buffer = content, lineEnd = '\r\n'): Behavior =>
  (request) => {
    const head = ['HTTP/1.1 200 OK', 'Content-Type: image/jpeg', ...lines, '', ''].join(lineEnd);
    request.socket.end(Buffer.concat([Buffer.from(head, 'latin1'), body]));
  };
const lengthHeader = `Content-Length: ${content.length}`;
const targetPath = () => join(folder, 'part');
const download = (path: string) =>
  createDownloader({ allow: origin.allow }).download(origin.url(path), { path: targetPath() });

describe('A download from a server with malformed headers', () => {
  it.each([
    ['a quote in a name', sendRaw(['X-Frame-Options="ALLOW-FORM: facebook.com"', lengthHeader])],
    ['a control character in a value', sendRaw(['X-A: a\u0001b', lengthHeader])],
    ['a line without a colon', sendRaw(['nonsense', lengthHeader])],
    ['a folded line', sendRaw(['X-A: a', ' b', lengthHeader])],
    ['spaces after a value', sendRaw(['X-A: a \t ', `${lengthHeader}  `])],
    ['bare LF line endings', sendRaw([lengthHeader], content, '\n')],
    ['the same length twice', sendRaw([lengthHeader, lengthHeader])],
    ['an empty length', sendRaw(['Content-Length: '])],
    ['100 KB of headers', sendRaw([`X-A: ${'a'.repeat(100_000)}`, lengthHeader])],
    ['100 KB of malformed headers', sendRaw([`X"A: ${'a'.repeat(100_000)}`, lengthHeader])],
    [
      'a malformed interim response',
      ((request) => {
        request.socket.write('HTTP/1.1 103 Early Hints\r\nLi"nk: x\r\n\r\n');
        sendRaw([lengthHeader])(request, undefined as never);
      }) satisfies Behavior,
    ],
  ])(
    'A download from a server with malformed headers succeeds despite %s',
    async (_description, behavior) => {
      origin.on('/a.jpg', behavior);
      await download('/a.jpg');
      expect(content.equals(await readFile(targetPath()))).toBe(true);
    },
  );

  const hexLength = content.length.toString(16);
  it('A download from a server with spaces after its chunk sizes succeeds on the second attempt', async () => {
    const parts = [Buffer.from(`${hexLength}  \r\n`), content, Buffer.from('\r\n0\r\n\r\n')];
    origin.on('/a.jpg', sendRaw(['Transfer-Encoding: chunked'], Buffer.concat(parts)));
    const downloader = createDownloader({ allow: origin.allow });
    const attemptDownload = () => downloader.download(origin.url('/a.jpg'), { path: targetPath() });
    await expect(attemptDownload()).rejects.toMatchObject({
      code: 'download_truncated',
      retry: 'later',
    });
    await attemptDownload();
    expect(content.equals(await readFile(targetPath()))).toBe(true);
  });

  it('A download from a server whose chunk lines end in a bare LF succeeds, in one packet and byte by byte', async () => {
    const halfLength = content.length >> 1;
    const buildChunk = (bytes: Buffer, lineEnd: string) => [
      Buffer.from(`${bytes.length.toString(16)};ext${lineEnd}`),
      bytes,
      Buffer.from(lineEnd),
    ];
    const body = Buffer.concat([
      ...buildChunk(content.subarray(0, halfLength), '\n'),
      ...buildChunk(content.subarray(halfLength), '\r\n'),
      Buffer.from('0\n\n'),
    ]);
    origin.on('/a.jpg', sendRaw(['Transfer-Encoding: chunked'], body, '\n'));
    origin.on('/b.jpg', (request) => {
      const { socket } = request;
      socket.write('HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n3\n');
      const bytes = Array.from('abc\n0\n\n');
      const writeNextByte = () => {
        const byte = bytes.shift();
        if (byte) socket.write(byte, () => setImmediate(writeNextByte));
      };
      writeNextByte();
    });
    await download('/a.jpg');
    expect(content.equals(await readFile(targetPath()))).toBe(true);
    expect(await download('/b.jpg')).toMatchObject({ bytes: 3 });
  });

  it.each([
    ['ends in the middle of a chunk', `${hexLength}\n`, content.subarray(0, 1000)],
    ['has no last chunk', `${hexLength}\n`, Buffer.concat([content, Buffer.from('\n')])],
    ['has more data than its chunk', '4\n', Buffer.from('abcde\n0\n\n')],
    ['has no size', 'x\n', content],
  ])(
    'A download from a server with bare LF line endings fails if the body %s',
    async (_, line, data) => {
      const body = Buffer.concat([Buffer.from(line), data]);
      origin.on('/a.jpg', sendRaw(['Transfer-Encoding: chunked'], body, '\n'));
      await expect(download('/a.jpg')).rejects.toMatchObject({ code: 'download_truncated' });
    },
  );

  it('A download from a server with malformed chunks still fails for contradictory lengths', async () => {
    const chunkedBody = Buffer.concat([
      Buffer.from(`${hexLength}  \r\n`),
      content,
      Buffer.from('\r\n0\r\n\r\n'),
    ]);
    origin.on('/a.jpg', sendRaw(['Transfer-Encoding: chunked'], chunkedBody));
    origin.on('/b.jpg', sendRaw(['Transfer-Encoding: chunked', lengthHeader], chunkedBody));
    const downloader = createDownloader({ allow: origin.allow });
    const attemptDownload = (path: string) =>
      downloader.download(origin.url(path), { path: targetPath() });
    await expect(attemptDownload('/a.jpg')).rejects.toMatchObject({ code: 'download_truncated' });
    await expect(attemptDownload('/b.jpg')).rejects.toMatchObject({ code: 'response_invalid' });
  });

  it('A download from a server with malformed headers succeeds when the headers arrive one byte at a time', async () => {
    origin.on('/a.jpg', (request) => {
      const bytes = Array.from('HTTP/1.1 200 OK\nX"Y: z\nContent-Length: 4\n\nabcd');
      const writeNextByte = () => {
        const byte = bytes.shift();
        if (byte) request.socket.write(byte, () => setImmediate(writeNextByte));
      };
      writeNextByte();
    });
    expect(await download('/a.jpg')).toMatchObject({ bytes: 4 });
  });

  it('Simultaneous downloads from a server with malformed headers all succeed', async () => {
    const downloader = createDownloader({ allow: origin.allow });
    const downloads = Array.from({ length: 8 }, (_, index) => {
      origin.on(`/${index}.jpg`, sendRaw(['X"Y: z', lengthHeader]));
      return downloader.download(origin.url(`/${index}.jpg`), {
        path: join(folder, `part-${index}`),
      });
    });
    const results = await Promise.all(downloads);
    expect(results.map(({ bytes }) => bytes)).toEqual(results.map(() => content.length));
  });

  it('A downloader repeats only its first request to a server with malformed headers', async () => {
    origin.on('/a.jpg', sendRaw(['X"Y: z', lengthHeader]));
    const downloader = createDownloader({ allow: origin.allow });
    for (let i = 0; i < 3; i += 1)
      await downloader.download(origin.url('/a.jpg'), { path: targetPath() });
    expect(origin.requests).toHaveLength(4);
  });

  it.each([
    ['a length and a coding', sendRaw([lengthHeader, 'Transfer-Encoding: chunked'])],
    ['two lengths', sendRaw(['Content-Length: 4', 'Content-Length: 9'])],
    ['a hidden coding', sendRaw([lengthHeader, 'Transfer-Encoding : chunked'])],
    ['200 KB of headers', sendRaw([`X-A: ${'a'.repeat(200_000)}`, lengthHeader])],
    ['200 KB of malformed headers', sendRaw([`X"A: ${'a'.repeat(200_000)}`, lengthHeader])],
    [
      'a response that is not HTTP',
      ((request) => void request.socket.end('220 smtp\r\n\r\n')) satisfies Behavior,
    ],
  ])(
    'A download from a server with malformed headers fails for %s',
    async (_description, behavior) => {
      origin.on('/a.jpg', behavior);
      await expect(download('/a.jpg')).rejects.toMatchObject({ code: 'response_invalid' });
    },
  );
});
