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
  const imageChunks = [...readPngChunks(png)].filter(({ type }) => type === 'IDAT');
  data = Buffer.concat(imageChunks.map(({ payload }) => payload));
});

/** Returns the PNG with these chunks instead of its IDAT. */
function replaceImageData(...parts: Buffer[]): Buffer {
  const chunks = [...readPngChunks(png)];
  const firstImageChunk = chunks.findIndex(({ type }) => type === 'IDAT');
  const getOtherChunks = (part: typeof chunks) =>
    part.filter(({ type }) => type !== 'IDAT').map((chunk) => chunk.chunkBytes);
  const [leadingChunks, trailingChunks] = [
    chunks.slice(0, firstImageChunk),
    chunks.slice(firstImageChunk),
  ].map(getOtherChunks);
  return Buffer.concat([png.subarray(0, 8), ...leadingChunks, ...parts, ...trailingChunks]);
}

const createIdat = (payload: Buffer) => createPngChunk('IDAT', payload);

const flipBits = (bytes: Buffer, offset: number, mask = 1): Buffer => {
  const copy = Buffer.from(bytes);
  copy[offset < 0 ? copy.length + offset : offset] ^= mask;
  return copy;
};

/** The header of a zlib stream with a window of 512 bytes. */
const SMALL_WINDOW = Buffer.from([0x18, 0x19]);

const readPixels = (image: Buffer) => sharp(image).removeAlpha().raw().toBuffer();

describe('compressImage() with a damaged PNG', () => {
  it.each([
    ['a wrong IDAT checksum', () => replaceImageData(flipBits(createIdat(data), -1))],
    ['a wrong zlib checksum', () => replaceImageData(createIdat(flipBits(data, -1)))],
    ['no zlib checksum', () => replaceImageData(createIdat(data.subarray(0, -4)))],
    [
      'a text chunk within its image data',
      () => {
        const text = createPngChunk('tEXt', Buffer.from('Comment\0private'));
        return replaceImageData(
          createIdat(data.subarray(0, 500)),
          text,
          createIdat(data.subarray(500)),
        );
      },
    ],
    [
      'a zlib window that is too small',
      () => replaceImageData(createIdat(Buffer.concat([SMALL_WINDOW, data.subarray(2)]))),
    ],
  ])('compressImage() keeps the pixels of a PNG with %s', async (_, createPng) => {
    const source = createPng();
    const expected = await readPixels(png);
    const { output } = await compress(source, { quality: 100 });
    expect((await readPixels(output)).equals(expected)).toBe(true);
    expect(output.length).toBeLessThanOrEqual(source.length);
    expect(output.includes('private')).toBe(false);
    const { format } = await compress(source, { format: 'webp' });
    expect(format).toBe('webp');
  });

  it.each([
    [
      'wrong image data and a wrong checksum',
      () => flipBits(replaceImageData(createIdat(data)), 700, 0x40),
    ],
    [
      'missing rows',
      () => replaceImageData(createIdat(deflateSync(inflateSync(data).subarray(0, -2000)))),
    ],
    [
      'image data that ends early',
      () => replaceImageData(createIdat(data.subarray(0, data.length / 2))),
    ],
    [
      'a decompression bomb and a wrong checksum',
      () => replaceImageData(flipBits(createIdat(deflateSync(Buffer.alloc(50_000_000))), -1)),
    ],
    ['an animation and a wrong checksum', () => createAnimatedPng(flipBits(createIdat(data), -1))],
  ])('compressImage() rejects a PNG with %s', async (_, createPng) => {
    await expect(compress(createPng(), { format: 'jpeg' })).rejects.toMatchObject({
      code: expect.stringMatching(/^image_/) as string,
    });
  });
});

function createAnimatedPng(imageData: Buffer): Buffer {
  return replaceImageData(createPngChunk('acTL', Buffer.from([0, 0, 0, 1, 0, 0, 0, 0])), imageData);
}
