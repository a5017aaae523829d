import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { compress } from '../../../../test/support/compress.js';
import { closeTo, readPixel, pngChunk } from '../../../../test/support/sample-images.js';

type Rgb = [number, number, number];
const [BT709, BT2020] = [1, 9];
const [BT2020_10, PQ, HLG, LOGARITHMIC] = [14, 16, 18, 9];

function createUInt32Buffer(bytes: number, value: number, offset: number): Buffer {
  const buffer = Buffer.alloc(bytes);
  buffer.writeUInt32BE(value, offset);
  return buffer;
}
const createContentLight = (nits: number): [string, Buffer] => [
  'cLLI',
  createUInt32Buffer(8, nits * 10_000, 0),
];
const createMasteringDisplay = (nits: number): [string, Buffer] => [
  'mDCV',
  createUInt32Buffer(24, nits * 10_000, 16),
];

async function createPngWithCicp(
  [r, g, b]: Rgb,
  primaries: number,
  transfer: number,
  ...chunks: [string, Buffer][]
): Promise<Buffer> {
  const create = { width: 32, height: 32, channels: 3, background: { r, g, b } } as const;
  const png = await sharp({ create }).png().toBuffer();
  const addedChunks = [['cICP', Buffer.from([primaries, transfer, 0, 1])] as const, ...chunks];
  return Buffer.concat([
    png.subarray(0, 33),
    ...addedChunks.map(([type, payload]) => pngChunk(type, payload)),
    png.subarray(33),
  ]);
}

/** Samples, code points, chunks, and the color that Chromium 156 shows on an sRGB display. */
const CHROMIUM_COLORS: readonly [string, Rgb, number, number, [string, Buffer][], Rgb][] = [
  ['PQ gray', [128, 128, 128], BT2020, PQ, [], [132, 132, 132]],
  ['PQ above white', [159, 159, 159], BT2020, PQ, [], [212, 212, 212]],
  ['PQ orange', [128, 64, 0], BT2020, PQ, [], [165, 0, 0]],
  ['PQ blue', [0, 78, 112], BT2020, PQ, [], [0, 48, 102]],
  [
    'PQ of at most 400 nits',
    [128, 128, 128],
    BT2020,
    PQ,
    [createContentLight(400)],
    [163, 163, 163],
  ],
  [
    'PQ for a 600-nit display',
    [128, 128, 128],
    BT2020,
    PQ,
    [createMasteringDisplay(600)],
    [150, 150, 150],
  ],
  ['HLG gray', [128, 128, 128], BT2020, HLG, [], [99, 99, 99]],
  ['HLG red', [128, 0, 0], BT2020, HLG, [], [111, 0, 0]],
  ['BT.709 HLG orange', [191, 96, 0], BT709, HLG, [], [170, 76, 0]],
  ['television gray', [128, 128, 128], BT2020, BT2020_10, [], [121, 121, 121]],
  ['television blue', [0, 112, 159], BT2020, BT2020_10, [], [0, 110, 159]],
  [
    'a color with an unknown transfer function',
    [128, 64, 32],
    BT2020,
    LOGARITHMIC,
    [],
    [128, 64, 32],
  ],
];

describe('compressImage() with a PNG that has cICP', () => {
  it.each(CHROMIUM_COLORS)(
    'compressImage() converts %s in a PNG with cICP to the color that Chromium shows',
    async (_name, samples, primaries, transfer, chunks, expected) => {
      const input = await createPngWithCicp(samples, primaries, transfer, ...chunks);
      const { output } = await compress(input, { format: 'webp', quality: 100 });
      expect(await readPixel(output, 16, 16)).toEqual(closeTo([...expected, 255], 4));
    },
  );

  it('compressImage() converts a 16-bit PQ PNG to the same color as an 8-bit PQ PNG', async () => {
    const input = await createPngWithCicp([128, 128, 128], BT2020, PQ);
    const deepPng = await sharp(input).toColourspace('rgb16').png().toBuffer();
    const chunk = pngChunk('cICP', Buffer.from([BT2020, PQ, 0, 1]));
    const deepInput = Buffer.concat([deepPng.subarray(0, 33), chunk, deepPng.subarray(33)]);
    const { output } = await compress(deepInput, { format: 'jpeg', quality: 95 });
    expect(await readPixel(output, 16, 16)).toEqual(closeTo([132, 132, 132, 255], 4));
  });

  it('compressImage() converts a gray PQ PNG to the color that Chromium shows', async () => {
    const create = { width: 32, height: 32, channels: 3, background: '#808080' } as const;
    const grayPng = await sharp({ create }).toColourspace('b-w').png().toBuffer();
    const chunk = pngChunk('cICP', Buffer.from([BT2020, PQ, 0, 1]));
    const input = Buffer.concat([grayPng.subarray(0, 33), chunk, grayPng.subarray(33)]);
    const { output } = await compress(input, { format: 'webp', quality: 95 });
    expect((await readPixel(output, 16, 16))[0]).toSatisfy((v: number) => Math.abs(v - 132) < 4);
  });

  it('compressImage() keeps an HDR PNG unchanged if no conversion is requested', async () => {
    const input = await createPngWithCicp([159, 159, 159], BT2020, PQ);
    expect((await compress(input)).output.equals(input)).toBe(true);
  });
});
