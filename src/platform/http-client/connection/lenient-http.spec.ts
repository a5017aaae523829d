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

/** Sends these lines as they are, then the content. */
const raw =
  (lines: string[], body: Buffer = content, lineEnd = '\r\n'): Behavior =>
  (request) => {
    const head = ['HTTP/1.1 200 OK', 'Content-Type: image/jpeg', ...lines, '', ''].join(lineEnd);
    request.socket.end(Buffer.concat([Buffer.from(head, 'latin1'), body]));
  };
const length = `Content-Length: ${content.length}`;
const to = () => join(folder, 'part');
const download = (path: string) =>
  createDownloader({ allow: origin.allow }).download(origin.url(path), { to: to() });

describe('A download from a server with malformed headers', () => {
  it.each([
    ['a quote in a name', raw(['X-Frame-Options="ALLOW-FORM: facebook.com"', length])],
    ['a control character in a value', raw(['X-A: a\u0001b', length])],
    ['a line without a colon', raw(['nonsense', length])],
    ['a folded line', raw(['X-A: a', ' b', length])],
    ['blanks after a value', raw(['X-A: a \t ', `${length}  `])],
    ['LF only', raw([length], content, '\n')],
    ['the same length twice', raw([length, length])],
    ['an empty length', raw(['Content-Length: '])],
    ['100 KB of headers', raw([`X-A: ${'a'.repeat(100_000)}`, length])],
    ['100 KB of headers, one malformed', raw([`X"A: ${'a'.repeat(100_000)}`, length])],
    [
      'an interim answer before it',
      ((request) => {
        request.socket.write('HTTP/1.1 103 Early Hints\r\nLi"nk: x\r\n\r\n');
        raw([length])(request, undefined as never);
      }) satisfies Behavior,
    ],
  ])('A download from a server with malformed headers succeeds: %s', async (_what, behavior) => {
    origin.on('/a.jpg', behavior);
    await download('/a.jpg');
    expect(content.equals(await readFile(to()))).toBe(true);
  });

  const size = content.length.toString(16);
  it('A download from a server with spaces after its chunk sizes succeeds at the second attempt', async () => {
    const parts = [Buffer.from(`${size}  \r\n`), content, Buffer.from('\r\n0\r\n\r\n')];
    origin.on('/a.jpg', raw(['Transfer-Encoding: chunked'], Buffer.concat(parts)));
    const downloader = createDownloader({ allow: origin.allow });
    const attempt = () => downloader.download(origin.url('/a.jpg'), { to: to() });
    await expect(attempt()).rejects.toMatchObject({ code: 'download_truncated', retry: 'later' });
    await attempt();
    expect(content.equals(await readFile(to()))).toBe(true);
  });

  it('A download from a server whose chunk lines end in a bare LF succeeds, in one packet and byte by byte', async () => {
    const half = content.length >> 1;
    const part = (bytes: Buffer, lineEnd: string) => [
      Buffer.from(`${bytes.length.toString(16)};ext${lineEnd}`),
      bytes,
      Buffer.from(lineEnd),
    ];
    const body = Buffer.concat([
      ...part(content.subarray(0, half), '\n'),
      ...part(content.subarray(half), '\r\n'),
      Buffer.from('0\n\n'),
    ]);
    origin.on('/a.jpg', raw(['Transfer-Encoding: chunked'], body, '\n'));
    origin.on('/b.jpg', (request) => {
      const { socket } = request;
      socket.write('HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n3\n');
      const bytes = Array.from('abc\n0\n\n');
      const next = () => {
        const byte = bytes.shift();
        if (byte) socket.write(byte, () => setImmediate(next));
      };
      next();
    });
    await download('/a.jpg');
    expect(content.equals(await readFile(to()))).toBe(true);
    expect(await download('/b.jpg')).toMatchObject({ bytes: 3 });
  });

  it.each([
    ['ends in the middle of a chunk', `${size}\n`, content.subarray(0, 1000)],
    ['has no last chunk', `${size}\n`, Buffer.concat([content, Buffer.from('\n')])],
    ['has more data than its chunk', '4\n', Buffer.from('abcde\n0\n\n')],
    ['has no size', 'x\n', content],
  ])(
    'A download from a server with bare LF line ends fails if the body %s',
    async (_, line, data) => {
      const body = Buffer.concat([Buffer.from(line), data]);
      origin.on('/a.jpg', raw(['Transfer-Encoding: chunked'], body, '\n'));
      await expect(download('/a.jpg')).rejects.toMatchObject({ code: 'download_truncated' });
    },
  );

  it('A download from a server with malformed chunks still refuses contradictory lengths', async () => {
    const chunked = Buffer.concat([
      Buffer.from(`${size}  \r\n`),
      content,
      Buffer.from('\r\n0\r\n\r\n'),
    ]);
    origin.on('/a.jpg', raw(['Transfer-Encoding: chunked'], chunked));
    origin.on('/b.jpg', raw(['Transfer-Encoding: chunked', length], chunked));
    const downloader = createDownloader({ allow: origin.allow });
    const attempt = (path: string) => downloader.download(origin.url(path), { to: to() });
    await expect(attempt('/a.jpg')).rejects.toMatchObject({ code: 'download_truncated' });
    await expect(attempt('/b.jpg')).rejects.toMatchObject({ code: 'response_invalid' });
  });

  it('A download from a server with malformed headers succeeds when the headers come one byte at a time', async () => {
    origin.on('/a.jpg', (request) => {
      const bytes = Array.from('HTTP/1.1 200 OK\nX"Y: z\nContent-Length: 4\n\nabcd');
      const next = () => {
        const byte = bytes.shift();
        if (byte) request.socket.write(byte, () => setImmediate(next));
      };
      next();
    });
    expect(await download('/a.jpg')).toMatchObject({ bytes: 4 });
  });

  it('A download from a server with malformed headers succeeds for each of many downloads that were sent together', async () => {
    const downloader = createDownloader({ allow: origin.allow });
    const downloads = Array.from({ length: 8 }, (_, at) => {
      origin.on(`/${at}.jpg`, raw(['X"Y: z', length]));
      return downloader.download(origin.url(`/${at}.jpg`), { to: join(folder, `part-${at}`) });
    });
    const results = await Promise.all(downloads);
    expect(results.map(({ bytes }) => bytes)).toEqual(results.map(() => content.length));
  });

  it('A download from a server with malformed headers sends one request per file to a host with malformed headers', async () => {
    origin.on('/a.jpg', raw(['X"Y: z', length]));
    const downloader = createDownloader({ allow: origin.allow });
    for (let i = 0; i < 3; i += 1) await downloader.download(origin.url('/a.jpg'), { to: to() });
    expect(origin.requests).toHaveLength(4);
  });

  it.each([
    ['a length with a coding', raw([length, 'Transfer-Encoding: chunked'])],
    ['two lengths', raw(['Content-Length: 4', 'Content-Length: 9'])],
    ['a hidden coding', raw([length, 'Transfer-Encoding : chunked'])],
    ['200 KB of headers', raw([`X-A: ${'a'.repeat(200_000)}`, length])],
    ['200 KB of malformed headers', raw([`X"A: ${'a'.repeat(200_000)}`, length])],
    ['no HTTP', ((request) => void request.socket.end('220 smtp\r\n\r\n')) satisfies Behavior],
  ])('A download from a server with malformed headers is refused: %s', async (_what, behavior) => {
    origin.on('/a.jpg', behavior);
    await expect(download('/a.jpg')).rejects.toMatchObject({ code: 'response_invalid' });
  });
});
