import { createHash, randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import zlib, { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { disconnectAfter, serveFile } from '../../../../test/support/origin-behaviors.js';
import { photograph } from '../../../../test/support/sample-images.js';
import { DownloadFixture } from '../../../../test/support/download-fixture.js';
import type { AppError } from '../../errors/app-error.js';
import { GzipDecoder } from './gzip-decoder.js';

const content = randomBytes(100_000);
const downloads = DownloadFixture.forThisFile();

describe('A file with an unrequested content coding', () => {
  it.each([
    ['gzip', gzipSync(content)],
    ['x-gzip', gzipSync(content)],
    ['GZIP ', gzipSync(content)],
    ['br', brotliCompressSync(content)],
    ['deflate', deflateSync(content)],
    ['deflate', deflateRawSync(content)],
    ['gzip, br', brotliCompressSync(gzipSync(content))],
    ['identity, gzip', gzipSync(content)],
    ['', content],
  ])('A file with an unrequested content coding "%s" is decoded', async (coding, body) => {
    downloads.origin.on('/a.jpg', serveFile(body, { 'content-encoding': coding }));
    await expect(downloads.downloadPath('/a.jpg')).resolves.toMatchObject({
      bytes: content.length,
      sha256: createHash('sha256').update(content).digest('hex'),
    });
    expect(content.equals(await readFile(downloads.target))).toBe(true);
  });

  const GARBAGE = randomBytes(200_000);
  it.each([
    ['gzip followed by text', 'gzip', [gzipSync(content), Buffer.from('\n<!-- cached -->')]],
    ['gzip followed by random bytes', 'gzip', [gzipSync(content), GARBAGE]],
    [
      'gzip followed by a broken second member',
      'gzip',
      [gzipSync(content), Buffer.from('1f8b0800', 'hex'), GARBAGE],
    ],
    ['deflate followed by text', 'deflate', [deflateSync(content), Buffer.from('cached')]],
    ['raw deflate followed by text', 'deflate', [deflateRawSync(content), Buffer.from('cached')]],
    ['br followed by text', 'br', [brotliCompressSync(content), Buffer.from('cached')]],
  ])(
    'A body of %s is decoded without its trailing data, whether that arrives in the same packet or later',
    async (_, coding, parts) => {
      const headers = { 'content-encoding': coding };
      downloads.origin.on('/a.jpg', serveFile(Buffer.concat(parts), headers));
      downloads.origin.on('/b.jpg', (_request, response) => {
        response.writeHead(200, headers);
        const [firstPart, ...laterParts] = parts;
        response.write(firstPart, () =>
          setImmediate(() => response.end(Buffer.concat(laterParts))),
        );
      });
      for (const path of ['/a.jpg', '/b.jpg']) {
        await downloads.downloadPath(path);
        expect(content.equals(await readFile(downloads.target))).toBe(true);
      }
    },
  );

  it('A gzip file is decoded to its end even if its checksum is wrong or missing', async () => {
    const damagedBody = Buffer.from(gzipSync(content));
    damagedBody[damagedBody.length - 8] ^= 1;
    const headers = { 'content-encoding': 'gzip' };
    downloads.origin.on('/a.jpg', serveFile(damagedBody, headers));
    downloads.origin.on('/b.jpg', serveFile(damagedBody.subarray(0, -8), headers));
    for (const path of ['/a.jpg', '/b.jpg']) {
      await downloads.downloadPath(path);
      expect(content.equals(await readFile(downloads.target))).toBe(true);
    }
  });

  it('A gzip file with several members and all optional header fields is decoded byte by byte', async () => {
    const [firstPart, ...otherParts] = [content.subarray(0, 700), content.subarray(700, 1300)];
    const member = gzipSync(firstPart);
    member[3] = 2 | 4 | 8 | 16;
    const fields = Buffer.from('\x03\0abcname.jpg\0comment\0\x12\x34', 'latin1');
    const memberWithFields = Buffer.concat([member.subarray(0, 10), fields, member.subarray(10)]);
    const body = Buffer.concat([
      memberWithFields,
      ...otherParts.map((part) => gzipSync(part)),
      GARBAGE,
    ]);
    const decoder = new GzipDecoder({});
    const decodedBytes = (async () => Buffer.concat(await decoder.toArray()))();
    for (const byte of body.subarray(0, 2000)) decoder.write(Buffer.of(byte));
    decoder.end();
    expect((await decodedBytes).equals(content.subarray(0, 1300))).toBe(true);
  });

  it.each([
    ['contains plain text', Buffer.from('plain text')],
    ['is damaged in its only member', Buffer.concat([gzipSync(content).subarray(0, 10), GARBAGE])],
    [
      'has an endless file name',
      Buffer.concat([Buffer.from('1f8b0808000000000003', 'hex'), Buffer.alloc(300_000, 65)]),
    ],
  ])('A file declared as gzip that %s fails with content_encoding_invalid', async (_, body) => {
    downloads.origin.on('/a.jpg', serveFile(body, { 'content-encoding': 'gzip' }));
    await expect(downloads.downloadPath('/a.jpg')).rejects.toMatchObject({
      code: 'content_encoding_invalid',
    });
  });

  it('A gzip file with many members is limited by its decoded size', async () => {
    const body = Buffer.concat(Array<Buffer>(50).fill(gzipSync(Buffer.alloc(100_000))));
    downloads.origin.on('/a.jpg', serveFile(body, { 'content-encoding': 'gzip' }));
    await expect(downloads.downloadPath('/a.jpg', { maxBytes: 4_000_000 })).rejects.toMatchObject({
      code: 'download_too_large',
    });
  });

  it('A file with an unrequested content coding is limited by its decoded size', async () => {
    downloads.origin.on(
      '/a.jpg',
      serveFile(gzipSync(Buffer.alloc(2000)), { 'content-encoding': 'gzip' }),
    );
    await expect(downloads.downloadPath('/a.jpg', { maxBytes: 2000 })).resolves.toMatchObject({
      bytes: 2000,
    });
    await expect(downloads.downloadPath('/a.jpg', { maxBytes: 1999 })).rejects.toMatchObject({
      code: 'download_too_large',
    });
  });

  it('A file with an unknown content coding is accepted as it is if it starts like an image', async () => {
    const image = Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), content]);
    downloads.origin.on('/a.jpg', serveFile(image, { 'content-encoding': 'aws-chunked' }));
    downloads.origin.on(
      '/b.jpg',
      serveFile(gzipSync(image), { 'content-encoding': 'gzip,aws-chunked' }),
    );
    await expect(downloads.downloadPath('/a.jpg')).resolves.toMatchObject({ bytes: image.length });
    await expect(downloads.downloadPath('/b.jpg')).resolves.toMatchObject({ bytes: image.length });
  });

  it('A gzip-encoded image is accepted if the connection closes early but the image is complete', async () => {
    const image = await photograph(64, 48).jpeg().toBuffer();
    const body = gzipSync(image);
    const truncatedBody = gzipSync(image.subarray(0, image.length / 2));
    const headers = { 'content-encoding': 'gzip' };
    downloads.origin.on(
      '/a.jpg',
      disconnectAfter(Buffer.concat([body, body]), body.length, headers),
    );
    downloads.origin.on(
      '/b.jpg',
      disconnectAfter(Buffer.concat([truncatedBody, truncatedBody]), truncatedBody.length, headers),
    );
    await expect(downloads.downloadPath('/a.jpg')).resolves.toMatchObject({ bytes: image.length });
    await expect(downloads.downloadPath('/b.jpg')).rejects.toMatchObject({
      code: 'download_truncated',
    });
  });

  it('A zstd-encoded file is decoded if Node.js supports zstd, and otherwise fails with content_encoding_unsupported', async () => {
    const image = (await photograph(2, 2).jpeg({ quality: 1 }).toBuffer()).subarray(0, 200);
    // RFC 8878: one frame of known size with one raw block.
    const frame = Buffer.concat([
      Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x20, image.length]),
      Buffer.from([((image.length << 3) & 0xff) | 1, image.length >> 5, 0]),
      image,
    ]);
    downloads.origin.on('/a.jpg', serveFile(frame, { 'content-encoding': 'zstd' }));
    const result = await downloads.downloadPath('/a.jpg').then(
      ({ bytes }) => bytes,
      ({ code }: AppError) => code,
    );
    const canDecode = 'createZstdDecompress' in zlib;
    expect(result).toBe(canDecode ? image.length : 'content_encoding_unsupported');
  });
});
