import { createHash, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import zlib, { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  cutOffAfter,
  dripping,
  endless,
  file,
  lyingAboutLength,
  neverAnswer,
  redirectTo,
  status,
} from '../../../test/support/origin-behaviors.js';
import { type Behavior, OriginServer } from '../../../test/support/origin-server.js';
import { photograph } from '../../../test/support/sample-images.js';
import { downloaderFor } from '../../../test/support/outbound.js';
import type { AppError } from '../errors/app-error.js';
import type { DownloadLimits } from './downloader.js';

const picture = randomBytes(100_000);
let origin: OriginServer;
let folder: string;
let to: string;

beforeEach(async () => {
  origin = await OriginServer.start();
  folder = await mkdtemp(join(tmpdir(), 'pressroom-download-'));
  to = join(folder, 'part');
});

afterEach(async () => {
  await origin.close();
  await rm(folder, { recursive: true });
});

const download = (path: string, limits: Partial<DownloadLimits> = {}) =>
  downloaderFor({ allow: origin.allow, ...limits }).download(origin.url(path), { to });

describe('A download', () => {
  it('A download writes the file and returns its facts', async () => {
    origin.on('/a.jpg', file(picture, { etag: '"v1"', 'last-modified': 'Mon, 01 Jan 2024' }));
    await expect(download('/a.jpg')).resolves.toEqual({
      bytes: picture.length,
      sha256: createHash('sha256').update(picture).digest('hex'),
      contentType: 'image/jpeg',
      etag: '"v1"',
      lastModified: 'Mon, 01 Jan 2024',
      finalUrl: origin.url('/a.jpg'),
      status: 200,
    });
    expect(picture.equals(await readFile(to))).toBe(true);
  });

  it('A download sends its user agent and requests unencoded bytes', async () => {
    origin.on('/a.jpg', file(picture));
    await download('/a.jpg');
    expect(origin.requests[0].headers).toMatchObject({
      'user-agent': expect.stringMatching(/^Pressroom\/\d/),
      'accept-encoding': 'identity',
    });
  });

  it('A download uses one connection for many files of a host', async () => {
    origin.on('/a.jpg', file(picture));
    const downloader = downloaderFor({ allow: origin.allow });
    for (let i = 0; i < 5; i += 1) await downloader.download(origin.url('/a.jpg'), { to });
    expect(origin.connections).toBe(1);
  });

  it('A download retries once on a kept connection that the server has closed', async () => {
    origin.inTurn('/a.jpg', file(picture), (request) => request.socket.destroy(), file(picture));
    const downloader = downloaderFor({ allow: origin.allow });
    await downloader.download(origin.url('/a.jpg'), { to });
    await expect(downloader.download(origin.url('/a.jpg'), { to })).resolves.toMatchObject({
      status: 200,
    });
  });

  it('A download accepts a file of exactly the maximum size', async () => {
    origin.on('/a.jpg', file(picture));
    await expect(download('/a.jpg', { maxBytes: picture.length })).resolves.toBeDefined();
  });

  it('A download stops on an abort, with the reason of the signal', async () => {
    origin.on('/a.jpg', neverAnswer());
    const reason = new Error('lease lost');
    const downloader = downloaderFor({ allow: origin.allow });
    const stopped = downloader.download(origin.url('/a.jpg'), {
      to,
      signal: AbortSignal.timeout(50),
    });
    await expect(stopped).rejects.toMatchObject({ name: 'TimeoutError' });
    const signal = AbortSignal.abort(reason);
    await expect(downloader.download(origin.url('/a.jpg'), { to, signal })).rejects.toBe(reason);
  });

  it('A download reports the disk and counts no attempt when the file cannot be written', async () => {
    origin.on('/a.jpg', file(picture));
    const downloader = downloaderFor({ allow: origin.allow });
    await expect(
      downloader.download(origin.url('/a.jpg'), { to: join(folder, 'absent', 'part') }),
    ).rejects.toMatchObject({ code: 'download_not_written', retry: 'uncounted' });
  });
});

describe('A download that fails', () => {
  const encoded = { 'content-encoding': 'gzip' };
  const unknown = { 'content-encoding': 'aws-chunked' };
  const zipped = gzipSync(picture);
  const bomb = gzipSync(Buffer.alloc(500_000_000));
  /** Empty stored blocks: much data that decodes to nothing. */
  const gzipWithoutEnd: Behavior = (_request, response) => {
    response.writeHead(200, encoded);
    response.write(Buffer.from('1f8b0800000000000003', 'hex'));
    const empty = Buffer.alloc(64_000, Buffer.from([0, 0, 0, 0xff, 0xff]));
    const pump = () => {
      while (!response.destroyed && response.write(empty));
    };
    response.on('drain', pump);
    pump();
  };

  it.each([
    ['is cut off', cutOffAfter(picture, 50_000), {}, 'download_truncated', 'later'],
    ['is shorter than said', lyingAboutLength(picture, 200_000), {}, 'download_truncated', 'later'],
    [
      'announces too many bytes',
      file(picture),
      { maxBytes: 99_999 },
      'download_too_large',
      'never',
    ],
    ['has no end', endless(), {}, 'download_too_large', 'never'],
    [
      'drips',
      dripping(picture, 1, 10),
      { minBytesPerSecond: 1e4, minSpeedWindowMs: 100 },
      'download_too_slow',
      'later',
    ],
    [
      'drips for longer than the limit',
      dripping(picture, 1, 10),
      { timeoutMs: 150 },
      'download_timed_out',
      'later',
    ],
    ['is never answered', neverAnswer(), { timeoutMs: 100 }, 'download_timed_out', 'later'],
    ['is not the gzip it says', file(picture, encoded), {}, 'content_encoding_invalid', 'never'],
    [
      'is in an unknown coding',
      file(picture, unknown),
      {},
      'content_encoding_unsupported',
      'never',
    ],
    ['unpacks to too many bytes', file(bomb, encoded), {}, 'download_too_large', 'never'],
    ['is gzip without an end', gzipWithoutEnd, {}, 'download_too_large', 'never'],
    [
      'is gzip that is cut off',
      cutOffAfter(zipped, 50_000, encoded),
      {},
      'download_truncated',
      'later',
    ],
    ['is not there', status(404), {}, 'http_404', 'never'],
    ['is partial', status(206), {}, 'http_206', 'never'],
    ['is empty of content', status(204), {}, 'http_204', 'never'],
    ['breaks on the server', status(500), {}, 'http_500', 'later'],
    ['is redirected in a circle', redirectTo('/x'), {}, 'redirect_limit', 'never'],
    ['is redirected to nowhere', redirectTo(''), {}, 'redirect_invalid', 'never'],
    ['is redirected to a file', redirectTo('file:///etc/passwd'), {}, 'redirect_invalid', 'never'],
    [
      'is redirected with a password',
      redirectTo('//u:p@127.0.0.1/'),
      {},
      'redirect_invalid',
      'never',
    ],
  ] as const)(
    'A download that fails because it %s has a code and leaves no file',
    async (_what, behavior, limits, code, retry) => {
      origin.on('/x', behavior);
      await expect(download('/x', limits)).rejects.toMatchObject({ code, retry });
      expect(existsSync(to)).toBe(false);
    },
  );

  it('A download that fails because the server does not speak HTTP says so', async () => {
    origin.on('/x', (request) => request.socket.end('SSH-2.0-OpenSSH_9.6\r\n'));
    await expect(download('/x')).rejects.toMatchObject({ code: 'response_invalid' });
  });

  it('A download that fails because no server listens is retried later', async () => {
    await origin.close();
    const closed = origin;
    origin = await OriginServer.start();
    const downloader = downloaderFor({ allow: '127.0.0.1/32:1' });
    await expect(downloader.download('http://127.0.0.1:1/', { to })).rejects.toMatchObject({
      code: 'connection_refused',
      retry: 'later',
    });
    expect(closed.connections).toBe(0);
  });

  it('A download accepts the announced bytes and drops those after them', async () => {
    origin.on('/x', lyingAboutLength(picture, 1000));
    await expect(download('/x')).resolves.toMatchObject({ bytes: 1000 });
  });

  it('A download respects Retry-After and counts no attempt when it is rate-limited', async () => {
    origin.on('/x', status(503, { 'retry-after': '7' }));
    const downloader = downloaderFor({ allow: origin.allow });
    await expect(downloader.download(origin.url('/x'), { to })).rejects.toMatchObject({
      code: 'host_rate_limited',
      retry: 'uncounted',
      retryAfterMs: expect.closeTo(5000, -2),
    });
    // The whole host is paused.
    await expect(downloader.download(origin.url('/y'), { to })).rejects.toMatchObject({
      code: 'host_rate_limited',
    });
    expect(origin.requests).toHaveLength(1);
  });

  it('A download does not follow a redirect from https to http while that is not allowed', async () => {
    const { getFollowingRedirects } = await import('./follow-redirects.js');
    const { PassThrough } = await import('node:stream');
    const answer = {
      status: 301,
      header: () => 'http://example.com/',
      setCookie: [],
      body: new PassThrough(),
    };
    const http = { send: () => Promise.resolve(answer) } as never;
    const { signal } = new AbortController();
    await expect(
      getFollowingRedirects(http, new URL('https://example.com/'), { maxRedirects: 5, signal }),
    ).rejects.toMatchObject({ code: 'redirect_insecure', retry: 'never' });
  });
});

describe('A file with an unrequested content coding', () => {
  it.each([
    ['gzip', gzipSync(picture)],
    ['x-gzip', gzipSync(picture)],
    ['GZIP ', gzipSync(picture)],
    ['br', brotliCompressSync(picture)],
    ['deflate', deflateSync(picture)],
    ['deflate', deflateRawSync(picture)],
    ['gzip, br', brotliCompressSync(gzipSync(picture))],
    ['identity, gzip', gzipSync(picture)],
    ['', picture],
  ])('A file with an unrequested content coding "%s" is decoded', async (coding, body) => {
    origin.on('/a.jpg', file(body, { 'content-encoding': coding }));
    await expect(download('/a.jpg')).resolves.toMatchObject({
      bytes: picture.length,
      sha256: createHash('sha256').update(picture).digest('hex'),
    });
    expect(picture.equals(await readFile(to))).toBe(true);
  });

  it('A file with an unrequested content coding is limited by its decoded size', async () => {
    origin.on('/a.jpg', file(gzipSync(Buffer.alloc(2000)), { 'content-encoding': 'gzip' }));
    await expect(download('/a.jpg', { maxBytes: 2000 })).resolves.toMatchObject({ bytes: 2000 });
    await expect(download('/a.jpg', { maxBytes: 1999 })).rejects.toMatchObject({
      code: 'download_too_large',
    });
  });

  it('A file with an unrequested content coding is accepted undecoded in an unknown coding when it begins like an image', async () => {
    const image = Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), picture]);
    origin.on('/a.jpg', file(image, { 'content-encoding': 'aws-chunked' }));
    origin.on('/b.jpg', file(gzipSync(image), { 'content-encoding': 'gzip,aws-chunked' }));
    await expect(download('/a.jpg')).resolves.toMatchObject({ bytes: image.length });
    await expect(download('/b.jpg')).resolves.toMatchObject({ bytes: image.length });
  });

  it('A file with an unrequested content coding is kept when the connection closes before the announced end and the image is whole', async () => {
    const image = await photograph(64, 48).jpeg().toBuffer();
    const body = gzipSync(image);
    const cut = gzipSync(image.subarray(0, image.length / 2));
    const encoded = { 'content-encoding': 'gzip' };
    origin.on('/a.jpg', cutOffAfter(Buffer.concat([body, body]), body.length, encoded));
    origin.on('/b.jpg', cutOffAfter(Buffer.concat([cut, cut]), cut.length, encoded));
    await expect(download('/a.jpg')).resolves.toMatchObject({ bytes: image.length });
    await expect(download('/b.jpg')).rejects.toMatchObject({ code: 'download_truncated' });
  });

  it('A file with an unrequested content coding is decoded from zstd if Node.js supports it, and fails by name otherwise', async () => {
    const image = (await photograph(2, 2).jpeg({ quality: 1 }).toBuffer()).subarray(0, 200);
    // RFC 8878: one frame of known size with one raw block.
    const frame = Buffer.concat([
      Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x20, image.length]),
      Buffer.from([((image.length << 3) & 0xff) | 1, image.length >> 5, 0]),
      image,
    ]);
    origin.on('/a.jpg', file(frame, { 'content-encoding': 'zstd' }));
    const outcome = await download('/a.jpg').then(
      ({ bytes }) => bytes,
      ({ code }: AppError) => code,
    );
    const canDecode = 'createZstdDecompress' in zlib;
    expect(outcome).toBe(canDecode ? image.length : 'content_encoding_unsupported');
  });
});

describe('A response with another status than 200', () => {
  const whole = `bytes 0-${picture.length - 1}/${picture.length}`;

  it.each([
    [201, {}],
    [203, {}],
    [206, { 'content-range': whole }],
    [206, { 'content-range': whole.replace(/\d+$/, '*') }],
  ])('A response with status %i with the whole file %j is accepted', async (code, headers) => {
    origin.on('/a.jpg', (_request, response) => {
      response.writeHead(code, { 'content-length': picture.length, ...headers }).end(picture);
    });
    await expect(download('/a.jpg')).resolves.toMatchObject({ bytes: picture.length });
  });

  it.each(['bytes 0-9/100000', 'bytes 1-99999/100000', 'bytes 0-99999/100001', 'items 0-1/2', ''])(
    'A response with status 206 with the range "%s" is rejected',
    async (range) => {
      origin.on('/a.jpg', status(206, range ? { 'content-range': range } : {}));
      await expect(download('/a.jpg')).rejects.toMatchObject({ code: 'http_206', retry: 'never' });
    },
  );

  it.each([
    [202, {}],
    [206, {}],
    [214, {}],
    [226, {}],
    [299, {}],
  ])('A response with status %i with an image is accepted', async (code, headers) => {
    const image = await photograph(64, 48).jpeg().toBuffer();
    origin.on('/a.jpg', (_request, response) => {
      response.writeHead(code, { 'content-length': image.length, ...headers }).end(image);
    });
    await expect(download('/a.jpg')).resolves.toMatchObject({ bytes: image.length });
  });

  it('A response with status 206 with a part of an image is rejected', async () => {
    const image = await photograph(64, 48).jpeg().toBuffer();
    origin.on('/a.jpg', (_request, response) => {
      const range = { 'content-range': `bytes 0-99/${image.length}` };
      response.writeHead(206, range).end(image.subarray(0, 100));
    });
    await expect(download('/a.jpg')).rejects.toMatchObject({ code: 'http_206' });
  });

  it('A response with status 404 and an image is rejected', async () => {
    const image = await photograph(64, 48).jpeg().toBuffer();
    origin.on('/a.jpg', (_request, response) => void response.writeHead(404).end(image));
    await expect(download('/a.jpg')).rejects.toMatchObject({ code: 'http_404' });
  });

  it('A response with status 522 is retried later', async () => {
    origin.on('/a.jpg', status(522));
    await expect(download('/a.jpg')).rejects.toMatchObject({ code: 'http_522', retry: 'later' });
  });
});

describe('The request line of a download', () => {
  it('The request line of a download has the path and query that Chromium sends', async () => {
    await download(`/a|b"^.jpg?q=|"'^`).catch(() => undefined);
    expect(origin.requests[0].path).toBe('/a%7Cb%22%5E.jpg?q=|%22%27^');
  });

  it('The request line of a download holds a URL of 8 KB', async () => {
    const long = `/a.jpg?token=${'t'.repeat(8000)}`;
    origin.on('/a.jpg', file(picture)).on('/short', redirectTo(long));
    await expect(download(long)).resolves.toMatchObject({ bytes: picture.length });
    await expect(download('/short')).resolves.toMatchObject({ finalUrl: origin.url(long) });
  });
});

describe('Redirects', () => {
  it('Redirects are followed, relative ones too, as often as allowed', async () => {
    origin.on('/1', redirectTo('/2', 301)).on('/2', redirectTo('3', 303));
    origin.on('/3', redirectTo(origin.url('/a.jpg'), 300)).on('/a.jpg', file(picture));
    await expect(download('/1', { maxRedirects: 3 })).resolves.toMatchObject({
      finalUrl: origin.url('/a.jpg'),
    });
    await expect(download('/1', { maxRedirects: 2 })).rejects.toMatchObject({
      code: 'redirect_limit',
    });
  });

  it('Redirects carry the cookies that an answer on the way has set', async () => {
    origin.on('/guarded.jpg', (request, response) => {
      const { cookie } = request.headers;
      if (cookie === 'seen=1') return file(picture)(request, response);
      return redirectTo('/guarded.jpg', 307, { 'set-cookie': ['seen=1; Path=/', 'x=2; Path=/no'] })(
        request,
        response,
      );
    });
    const downloader = downloaderFor({ allow: origin.allow });
    await downloader.download(origin.url('/guarded.jpg'), { to });
    await downloader.download(origin.url('/guarded.jpg'), { to });
    // Each download starts without cookies.
    expect(origin.requests.map(({ headers }) => headers.cookie)).toEqual([
      undefined,
      'seen=1',
      undefined,
      'seen=1',
    ]);
  });

  it('Redirects lead to names with letters of any language', async () => {
    origin.on('/1', redirectTo('/grün.jpg')).on('/gr%C3%BCn.jpg', file(picture));
    await expect(download('/1')).resolves.toMatchObject({ finalUrl: origin.url('/gr%C3%BCn.jpg') });
  });
});
