import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { compress } from '../../../../test/support/compress.js';
import { closeTo, readPixel, pngChunk } from '../../../../test/support/sample-images.js';

type Rgb = [number, number, number];
const [BT709, BT2020] = [1, 9];
const [BT2020_10, PQ, HLG, LOGARITHMIC] = [14, 16, 18, 9];

function uint32(bytes: number, value: number, at: number): Buffer {
  const buffer = Buffer.alloc(bytes);
  buffer.writeUInt32BE(value, at);
  return buffer;
}
const contentLight = (nits: number): [string, Buffer] => ['cLLI', uint32(8, nits * 10_000, 0)];
const masteringDisplay = (nits: number): [string, Buffer] => [
  'mDCV',
  uint32(24, nits * 10_000, 16),
];

async function pngWith(
  [r, g, b]: Rgb,
  primaries: number,
  transfer: number,
  ...chunks: [string, Buffer][]
): Promise<Buffer> {
  const create = { width: 32, height: 32, channels: 3, background: { r, g, b } } as const;
  const png = await sharp({ create }).png().toBuffer();
  const added = [['cICP', Buffer.from([primaries, transfer, 0, 1])] as const, ...chunks];
  return Buffer.concat([
    png.subarray(0, 33),
    ...added.map(([type, payload]) => pngChunk(type, payload)),
    png.subarray(33),
  ]);
}

/** Samples, code points, chunks, and what Chromium 156 paints on an sRGB display. */
const SEEN_IN_CHROMIUM: readonly [string, Rgb, number, number, [string, Buffer][], Rgb][] = [
  ['PQ gray', [128, 128, 128], BT2020, PQ, [], [132, 132, 132]],
  ['PQ above white', [159, 159, 159], BT2020, PQ, [], [212, 212, 212]],
  ['PQ orange', [128, 64, 0], BT2020, PQ, [], [165, 0, 0]],
  ['PQ blue', [0, 78, 112], BT2020, PQ, [], [0, 48, 102]],
  ['PQ of at most 400 nits', [128, 128, 128], BT2020, PQ, [contentLight(400)], [163, 163, 163]],
  [
    'PQ of a 600 nits display',
    [128, 128, 128],
    BT2020,
    PQ,
    [masteringDisplay(600)],
    [150, 150, 150],
  ],
  ['HLG gray', [128, 128, 128], BT2020, HLG, [], [99, 99, 99]],
  ['HLG red', [128, 0, 0], BT2020, HLG, [], [111, 0, 0]],
  ['HLG orange of BT.709', [191, 96, 0], BT709, HLG, [], [170, 76, 0]],
  ['television gray', [128, 128, 128], BT2020, BT2020_10, [], [121, 121, 121]],
  ['television blue', [0, 112, 159], BT2020, BT2020_10, [], [0, 110, 159]],
  ['an unknown transfer', [128, 64, 32], BT2020, LOGARITHMIC, [], [128, 64, 32]],
];

describe('compressImage() of a PNG with cICP', () => {
  it.each(SEEN_IN_CHROMIUM)(
    'compressImage() of a PNG with cICP converts %s as Chromium shows it',
    async (_name, samples, primaries, transfer, chunks, seen) => {
      const input = await pngWith(samples, primaries, transfer, ...chunks);
      const { output } = await compress(input, { format: 'webp', quality: 100 });
      expect(await readPixel(output, 16, 16)).toEqual(closeTo([...seen, 255], 4));
    },
  );

  it('compressImage() of a PNG with cICP converts 16-bit PQ like 8-bit PQ', async () => {
    const input = await pngWith([128, 128, 128], BT2020, PQ);
    const deep = await sharp(input).toColourspace('rgb16').png().toBuffer();
    const chunk = pngChunk('cICP', Buffer.from([BT2020, PQ, 0, 1]));
    const named = Buffer.concat([deep.subarray(0, 33), chunk, deep.subarray(33)]);
    const { output } = await compress(named, { format: 'jpeg', quality: 95 });
    expect(await readPixel(output, 16, 16)).toEqual(closeTo([132, 132, 132, 255], 4));
  });

  it('compressImage() of a PNG with cICP converts gray PQ as Chromium shows it', async () => {
    const create = { width: 32, height: 32, channels: 3, background: '#808080' } as const;
    const gray = await sharp({ create }).toColourspace('b-w').png().toBuffer();
    const chunk = pngChunk('cICP', Buffer.from([BT2020, PQ, 0, 1]));
    const input = Buffer.concat([gray.subarray(0, 33), chunk, gray.subarray(33)]);
    const { output } = await compress(input, { format: 'webp', quality: 95 });
    expect((await readPixel(output, 16, 16))[0]).toSatisfy((v: number) => Math.abs(v - 132) < 4);
  });

  it('compressImage() of a PNG with cICP keeps an HDR image if no conversion is requested', async () => {
    const input = await pngWith([159, 159, 159], BT2020, PQ);
    expect((await compress(input)).output.equals(input)).toBe(true);
  });
});
