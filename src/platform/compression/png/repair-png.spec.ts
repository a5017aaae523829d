import { deflateSync, inflateSync } from 'node:zlib';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { compress } from '../../../../test/support/compress.js';
import { photograph } from '../../../../test/support/sample-images.js';
import { createPngChunk } from './png-chunk.js';
import { readPngChunks } from '../metadata/strip-png.js';

let png: Buffer;
/** Content of all IDAT chunks. */
let data: Buffer;

beforeAll(async () => {
  png = await photograph(160, 120).png().toBuffer();
  const parts = [...readPngChunks(png)].filter(({ type }) => type === 'IDAT');
  data = Buffer.concat(parts.map(({ payload }) => payload));
});

/** Returns the PNG with these chunks instead of its IDAT. */
function withData(...parts: Buffer[]): Buffer {
  const chunks = [...readPngChunks(png)];
  const first = chunks.findIndex(({ type }) => type === 'IDAT');
  const whole = (part: typeof chunks) =>
    part.filter(({ type }) => type !== 'IDAT').map((chunk) => chunk.chunkBytes);
  const [before, after] = [chunks.slice(0, first), chunks.slice(first)].map(whole);
  return Buffer.concat([png.subarray(0, 8), ...before, ...parts, ...after]);
}

const idat = (payload: Buffer) => createPngChunk('IDAT', payload);

const changed = (bytes: Buffer, offset: number, mask = 1): Buffer => {
  const copy = Buffer.from(bytes);
  copy[offset < 0 ? copy.length + offset : offset] ^= mask;
  return copy;
};

/** The header of a zlib stream with a window of 512 bytes. */
const SMALL_WINDOW = Buffer.from([0x18, 0x19]);

const pixelsOf = (image: Buffer) => sharp(image).removeAlpha().raw().toBuffer();

describe('compressImage() of a damaged PNG whose pixels are complete', () => {
  it.each([
    ['a wrong checksum of IDAT', () => withData(changed(idat(data), -1))],
    ['a wrong checksum of the zlib stream', () => withData(idat(changed(data, -1)))],
    ['no checksum of the zlib stream', () => withData(idat(data.subarray(0, -4)))],
    [
      'a text between its image data',
      () => {
        const text = createPngChunk('tEXt', Buffer.from('Comment\0private'));
        return withData(idat(data.subarray(0, 500)), text, idat(data.subarray(500)));
      },
    ],
    [
      'too small a window of the zlib stream',
      () => withData(idat(Buffer.concat([SMALL_WINDOW, data.subarray(2)]))),
    ],
  ])('compressImage() of a PNG with %s keeps its pixels', async (_, build) => {
    const source = build();
    const expected = await pixelsOf(png);
    const { output } = await compress(source, { quality: 100 });
    expect((await pixelsOf(output)).equals(expected)).toBe(true);
    expect(output.length).toBeLessThanOrEqual(source.length);
    expect(output.includes('private')).toBe(false);
    const { format } = await compress(source, { format: 'webp' });
    expect(format).toBe('webp');
  });

  it.each([
    ['wrong image data and a wrong checksum', () => changed(withData(idat(data)), 700, 0x40)],
    ['missing rows', () => withData(idat(deflateSync(inflateSync(data).subarray(0, -2000))))],
    ['image data that end early', () => withData(idat(data.subarray(0, data.length / 2)))],
    [
      'a decompression bomb and a wrong checksum',
      () => withData(changed(idat(deflateSync(Buffer.alloc(50_000_000))), -1)),
    ],
    ['an animation', () => animated(changed(idat(data), -1))],
  ])('compressImage() of a PNG with %s fails', async (_, build) => {
    await expect(compress(build(), { format: 'jpeg' })).rejects.toMatchObject({
      code: expect.stringMatching(/^image_/) as string,
    });
  });
});

function animated(imageData: Buffer): Buffer {
  return withData(createPngChunk('acTL', Buffer.from([0, 0, 0, 1, 0, 0, 0, 0])), imageData);
}
