import { createHash, randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import zlib, { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { cutOffAfter, file } from '../../../test/support/origin-behaviors.js';
import { photograph } from '../../../test/support/sample-images.js';
import { TestDownloads } from '../../../test/support/test-downloads.js';
import type { AppError } from '../errors/app-error.js';

const content = randomBytes(100_000);
const downloads = TestDownloads.forThisFile();

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
    downloads.origin.on('/a.jpg', file(body, { 'content-encoding': coding }));
    await expect(downloads.downloadPath('/a.jpg')).resolves.toMatchObject({
      bytes: content.length,
      sha256: createHash('sha256').update(content).digest('hex'),
    });
    expect(content.equals(await readFile(downloads.target))).toBe(true);
  });

  it('A file with an unrequested content coding is limited by its decoded size', async () => {
    downloads.origin.on(
      '/a.jpg',
      file(gzipSync(Buffer.alloc(2000)), { 'content-encoding': 'gzip' }),
    );
    await expect(downloads.downloadPath('/a.jpg', { maxBytes: 2000 })).resolves.toMatchObject({
      bytes: 2000,
    });
    await expect(downloads.downloadPath('/a.jpg', { maxBytes: 1999 })).rejects.toMatchObject({
      code: 'download_too_large',
    });
  });

  it('A file with an unrequested content coding is accepted undecoded in an unknown coding when it begins like an image', async () => {
    const image = Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), content]);
    downloads.origin.on('/a.jpg', file(image, { 'content-encoding': 'aws-chunked' }));
    downloads.origin.on(
      '/b.jpg',
      file(gzipSync(image), { 'content-encoding': 'gzip,aws-chunked' }),
    );
    await expect(downloads.downloadPath('/a.jpg')).resolves.toMatchObject({ bytes: image.length });
    await expect(downloads.downloadPath('/b.jpg')).resolves.toMatchObject({ bytes: image.length });
  });

  it('A file with an unrequested content coding is kept when the connection closes before the announced end and the image is whole', async () => {
    const image = await photograph(64, 48).jpeg().toBuffer();
    const body = gzipSync(image);
    const cut = gzipSync(image.subarray(0, image.length / 2));
    const encoded = { 'content-encoding': 'gzip' };
    downloads.origin.on('/a.jpg', cutOffAfter(Buffer.concat([body, body]), body.length, encoded));
    downloads.origin.on('/b.jpg', cutOffAfter(Buffer.concat([cut, cut]), cut.length, encoded));
    await expect(downloads.downloadPath('/a.jpg')).resolves.toMatchObject({ bytes: image.length });
    await expect(downloads.downloadPath('/b.jpg')).rejects.toMatchObject({
      code: 'download_truncated',
    });
  });

  it('A file with an unrequested content coding is decoded from zstd if Node.js supports it, and fails by name otherwise', async () => {
    const image = (await photograph(2, 2).jpeg({ quality: 1 }).toBuffer()).subarray(0, 200);
    // RFC 8878: one frame of known size with one raw block.
    const frame = Buffer.concat([
      Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x20, image.length]),
      Buffer.from([((image.length << 3) & 0xff) | 1, image.length >> 5, 0]),
      image,
    ]);
    downloads.origin.on('/a.jpg', file(frame, { 'content-encoding': 'zstd' }));
    const outcome = await downloads.downloadPath('/a.jpg').then(
      ({ bytes }) => bytes,
      ({ code }: AppError) => code,
    );
    const canDecode = 'createZstdDecompress' in zlib;
    expect(outcome).toBe(canDecode ? image.length : 'content_encoding_unsupported');
  });
});
