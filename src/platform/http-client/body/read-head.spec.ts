import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  disconnectAfter,
  serveFile,
  sendStatus,
} from '../../../../test/support/origin-behaviors.js';
import { type Behavior, OriginServer } from '../../../../test/support/origin-server.js';
import { createDownloader } from '../../../../test/support/outbound.js';
import type { HeadReader } from './read-head.js';

const JPEG = Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), randomBytes(2_000_000)]);
const targetPath = join(tmpdir(), 'pressroom-never-written');
let origin: OriginServer;

beforeEach(async () => {
  origin = await OriginServer.start();
});
afterEach(() => origin.close());

/** Serves a range request as RFC 9110 requires. */
const serveRange =
  (body: Buffer): Behavior =>
  (request, response) => {
    const [, lastByte] = /^bytes=0-(\d+)$/.exec(request.headers.range ?? '') ?? [];
    if (lastByte === undefined) return serveFile(body)(request, response);
    const part = body.subarray(0, Number(lastByte) + 1);
    response
      .writeHead(206, {
        'content-type': 'image/jpeg',
        'content-length': part.length,
        'content-range': `bytes 0-${part.length - 1}/${body.length}`,
      })
      .end(part);
  };

const readHead = <T>(read: HeadReader<T>, limits = {}) =>
  createDownloader({ allow: origin.allow, maxBytes: 10_000_000, ...limits }).readHead(
    origin.url('/a.jpg'),
    read,
    { path: targetPath },
  );
/** Creates a reader that needs this number of bytes, and returns how many it received. */
const createReader =
  (bytes: number): HeadReader<number> =>
  (head, isComplete) =>
    head.length >= bytes || isComplete ? head.length : undefined;

describe('Downloader.readHead()', () => {
  it('Downloader.readHead() requests 64 KiB and returns the size of the whole file', async () => {
    origin.on('/a.jpg', serveRange(JPEG));
    const { value, bytes } = await readHead(createReader(1000));
    expect(bytes).toBe(JPEG.length);
    expect(value).toBeLessThanOrEqual(65_536);
    expect(origin.countRequests('/a.jpg')).toBe(1);
  });

  it('Downloader.readHead() downloads more when 64 KiB is not enough', async () => {
    origin.on('/a.jpg', serveRange(JPEG));
    const { value, bytes } = await readHead(createReader(500_000));
    expect(bytes).toBe(JPEG.length);
    expect(value).toBeGreaterThanOrEqual(500_000);
    expect(value).toBeLessThan(JPEG.length);
    expect(origin.countRequests('/a.jpg')).toBe(2);
  });

  it('Downloader.readHead() ends a download early if the server does not support ranges', async () => {
    origin.on('/a.jpg', serveFile(JPEG));
    const { value, bytes } = await readHead(createReader(1000));
    expect(bytes).toBe(JPEG.length);
    expect(value).toBeLessThan(JPEG.length / 2);
  });

  it('Downloader.readHead() reads a file without a declared size to its end', async () => {
    origin.on('/a.jpg', (_request, response) => {
      response.writeHead(200, { 'content-type': 'image/jpeg' }).end(JPEG);
    });
    expect((await readHead(createReader(1000))).bytes).toBe(JPEG.length);
  });

  it('Downloader.readHead() reports that a small file is complete', async () => {
    origin.on('/a.jpg', serveRange(JPEG.subarray(0, 700)));
    expect(await readHead(createReader(1000))).toEqual({ value: 700, bytes: 700 });
  });

  it('Downloader.readHead() decodes a content encoding and counts the decoded bytes', async () => {
    origin.on('/a.jpg', serveFile(gzipSync(JPEG), { 'content-encoding': 'gzip' }));
    expect((await readHead(createReader(1000))).bytes).toBe(JPEG.length);
  });

  it('Downloader.readHead() downloads from a server that rejects range requests', async () => {
    origin.on('/a.jpg', (request, response) =>
      (request.headers.range ? sendStatus(416) : serveFile(JPEG))(request, response),
    );
    expect((await readHead(createReader(1000))).bytes).toBe(JPEG.length);
  });

  it('Downloader.readHead() reports a missing image, a truncated file and a file that is too large', async () => {
    origin.on('/a.jpg', sendStatus(404));
    await expect(readHead(createReader(1))).rejects.toMatchObject({ code: 'http_404' });
    origin.on('/a.jpg', disconnectAfter(JPEG, 300));
    await expect(readHead(createReader(1000))).rejects.toMatchObject({
      code: 'download_truncated',
    });
    origin.on('/a.jpg', serveRange(JPEG));
    await expect(readHead(createReader(1000), { maxBytes: 1_000_000 })).rejects.toMatchObject({
      code: 'download_too_large',
    });
  });
});
