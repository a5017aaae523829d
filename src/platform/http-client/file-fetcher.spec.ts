import { randomBytes } from 'node:crypto';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { disconnectAfter, serveFile } from '../../../test/support/origin-behaviors.js';
import { OriginServer } from '../../../test/support/origin-server.js';
import { createFileFetcher } from '../../../test/support/outbound.js';

const CSV = Buffer.from(
  Array.from({ length: 5000 }, (_, row) => `${row},Pot,https://a.example/${row}.jpg\n`).join(''),
);
let origin: OriginServer;

beforeEach(async () => {
  origin = await OriginServer.start();
});
afterEach(() => origin.close());

async function readPath(path: string, maxBytes?: number): Promise<Buffer> {
  const fetcher = createFileFetcher({ allow: origin.allow, maxBytes });
  const { bytes } = await fetcher.openFile(origin.url(path), new AbortController().signal);
  const chunks: Buffer[] = [];
  for await (const chunk of bytes) chunks.push(chunk);
  return Buffer.concat(chunks);
}

const fileWithCoding = (body: Buffer, coding: string) =>
  serveFile(body, { 'content-encoding': coding });

describe('FileFetcher', () => {
  it.each([
    ['gzip', gzipSync(CSV)],
    ['x-gzip', gzipSync(CSV)],
    ['br', brotliCompressSync(CSV)],
    ['deflate', deflateSync(CSV)],
    ['deflate', deflateRawSync(CSV)],
    ['gzip, br', brotliCompressSync(gzipSync(CSV))],
    ['utf-8', CSV],
    ['aws-chunked', Buffer.from(`\ufeff${CSV.toString()}`)],
  ])('FileFetcher decodes a file with the content coding "%s"', async (coding, body) => {
    origin.on('/a.csv', fileWithCoding(body, coding));
    const decodedFile = await readPath('/a.csv');
    expect(decodedFile.toString().replace(/^\ufeff/, '')).toBe(CSV.toString());
  });

  it.each([
    ['gzip', gzipSync(CSV)],
    ['br', brotliCompressSync(CSV)],
    ['deflate', deflateSync(CSV)],
  ])('FileFetcher fails for a "%s" file that ends early', async (coding, body) => {
    const truncatedBody = body.subarray(0, body.length >> 1);
    origin.on('/a.csv', fileWithCoding(truncatedBody, coding));
    origin.on(
      '/b.csv',
      disconnectAfter(body, truncatedBody.length, { 'content-encoding': coding }),
    );
    for (const path of ['/a.csv', '/b.csv']) {
      await expect(readPath(path)).rejects.toMatchObject({ code: 'download_truncated' });
    }
  });

  it('FileFetcher distinguishes invalid content from an unsupported content coding', async () => {
    origin.on('/plain.csv', fileWithCoding(CSV, 'gzip'));
    origin.on(
      '/unknown.csv',
      fileWithCoding(Buffer.concat([Buffer.of(0x1f, 0x9d), randomBytes(99)]), 'compress'),
    );
    await expect(readPath('/plain.csv')).rejects.toMatchObject({
      code: 'content_encoding_invalid',
    });
    await expect(readPath('/unknown.csv')).rejects.toMatchObject({
      code: 'content_encoding_unsupported',
    });
  });

  it('FileFetcher rejects a file that decodes to more bytes than allowed', async () => {
    origin.on('/bomb.csv', fileWithCoding(gzipSync(Buffer.alloc(50_000_000)), 'gzip'));
    await expect(readPath('/bomb.csv', 1_000_000)).rejects.toMatchObject({
      code: 'download_too_large',
    });
  });
});
