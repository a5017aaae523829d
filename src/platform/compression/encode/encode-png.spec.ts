import { deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { compress } from '../../../../test/support/compress.js';
import { pngChunk } from '../../../../test/support/sample-images.js';
import { findDifferingCells } from './local-error.js';

const SIDE = 500;
const AREA = SIDE * SIDE;

/** Draws grays and beiges with noise, and marks of 10 x 10 pixels in distinct colors. */
function drawMarks(marks: readonly (readonly [number, number, number])[]): Buffer {
  const pixels = Buffer.alloc(AREA * 3);
  let noise = 7;
  for (let i = 0; i < AREA; i++) {
    noise = (noise * 1103515245 + 12345) & 0x7fffffff;
    const light = 200 - (80 * (i % SIDE)) / SIDE + ((noise >> 16) % 13);
    pixels.set([light, light - 8, light - 20], 3 * i);
  }
  for (const [n, color] of marks.entries()) {
    for (let i = 0; i < 100; i++) {
      const offset = (200 + Math.floor(i / 10)) * SIDE + 40 + 60 * n + (i % 10);
      pixels.set(color, 3 * offset);
    }
  }
  return pixels;
}

describe('compressImage() with a PNG that contains marks', () => {
  it.each([
    ['one mark', [[0xe4, 0, 0x2b]]],
    [
      'marks of several colors',
      [
        [0xe4, 0, 0x2b],
        [0, 0x57, 0xb8],
        [0, 0x9a, 0x44],
        [0xff, 0xd1, 0],
      ],
    ],
  ] as const)('compressImage() keeps the color of %s in a PNG at any quality', async (_, marks) => {
    const pixels = drawMarks(marks);
    const raw = { width: SIDE, height: SIDE, channels: 3 } as const;
    const input = await sharp(pixels, { raw }).png().toBuffer();
    for (const quality of [10, 50, 70]) {
      const { output } = await compress(input, { quality });
      expect(output.length).toBeLessThan(input.length);
      const decoded = await sharp(output).toColourspace('srgb').removeAlpha().raw().toBuffer();
      for (let offset = 0; offset < pixels.length; offset += 3) {
        const isMark =
          Math.max(...pixels.subarray(offset, offset + 3)) -
            Math.min(...pixels.subarray(offset, offset + 3)) >
          60;
        if (!isMark) continue;
        for (let c = 0; c < 3; c++) {
          expect(Math.abs(decoded[offset + c] - pixels[offset + c])).toBeLessThanOrEqual(24);
        }
      }
    }
  });
});

/** Draws a disc with a soft black shadow on a transparent background, RGBA. */
function drawShadow(): Buffer {
  const pixels = Buffer.alloc(AREA * 4);
  let noise = 3;
  for (let i = 0; i < AREA; i++) {
    noise = (noise * 1103515245 + 12345) & 0x7fffffff;
    const [x, y] = [(i % SIDE) - SIDE / 2, Math.floor(i / SIDE) - SIDE / 2];
    const radius = Math.hypot(x, y);
    const light = ((noise >> 16) % 13) + 80 * Math.sin(x / 30);
    if (radius < 110) pixels.set([120 + light, 90 + light, 150 - light, 255], 4 * i);
    else if (radius < 240) pixels[4 * i + 3] = Math.round((255 * (240 - radius)) / 130);
  }
  return pixels;
}

describe('compressImage() with a PNG that contains a soft shadow', () => {
  it.each(['fast', 'balanced', 'small'] as const)(
    'compressImage() keeps fully opaque and fully transparent pixels around a soft shadow with effort=%s',
    async (effort) => {
      const pixels = drawShadow();
      const raw = { width: SIDE, height: SIDE, channels: 4 } as const;
      const input = await sharp(pixels, { raw }).png().toBuffer();
      const { output } = await compress(input, { effort });
      const image = sharp(output).toColourspace('srgb').ensureAlpha();
      const decoded = await image.raw().toBuffer();
      let [changedCount, extremeCount, maxDifference] = [0, 0, 0];
      for (let offset = 3; offset < pixels.length; offset += 4) {
        const difference = Math.abs(decoded[offset] - pixels[offset]);
        maxDifference = Math.max(maxDifference, difference);
        if (pixels[offset] > 0 && pixels[offset] < 255) continue;
        extremeCount++;
        if (difference > 0) changedCount++;
      }
      expect(changedCount / extremeCount).toBeLessThanOrEqual(1e-4);
      expect(maxDifference).toBeLessThanOrEqual(24);
      expect(output.length).toBeLessThan(input.length / 2);
    },
  );
});

describe('findDifferingCells()', () => {
  const createImage = (pixels: number[], channels: number) => ({
    data: Buffer.from(pixels),
    width: pixels.length / channels,
    height: 1,
    channels,
  });

  it('findDifferingCells() detects a lost color and accepts a dithered color', () => {
    const gray = createImage([90, 90, 90, 90], 1);
    expect(findDifferingCells(gray, createImage([50, 130, 50, 130], 1), 8, 9)).toEqual([]);
    expect(findDifferingCells(gray, createImage([120, 120, 120, 120], 1), 8, 9)).toEqual([
      { x: 0, y: 0 },
    ]);
  });

  it('findDifferingCells() ignores the color of transparent pixels and detects opacity changes', () => {
    const transparentImage = createImage([255, 0, 0, 0], 4);
    expect(findDifferingCells(transparentImage, createImage([0, 0, 0, 0], 4), 8, 9)).toEqual([]);
    expect(
      findDifferingCells(transparentImage, createImage([255, 0, 0, 90], 4), 8, 9),
    ).toHaveLength(1);
  });
});

/** Draws a light gray shape that becomes opaque from top to bottom, with two samples per pixel. */
function drawGrayWithAlpha(side: number): Buffer {
  const pixels = Buffer.alloc(side * side * 4);
  for (let i = 0; i < side * side; i++) {
    const [x, y] = [i % side, Math.floor(i / side)];
    pixels.writeUInt16BE(Math.round((x / side) * 40_000 + 9000), 4 * i);
    pixels.writeUInt16BE(Math.min(65_535, y * 900), 4 * i + 2);
  }
  return pixels;
}

describe('compressImage() with a gray PNG with alpha', () => {
  it.each([8, 16])(
    'compressImage() keeps all levels of a gray PNG with alpha and %i bits per sample if a palette would take more bytes',
    async (bits) => {
      const side = 160;
      const grayAlphaSamples = drawGrayWithAlpha(side);
      const rows = Array.from({ length: side }, (_, y) => {
        const row = grayAlphaSamples.subarray(y * side * 4, (y + 1) * side * 4);
        const samples = bits === 16 ? row : row.filter((_sample, index) => index % 2 === 0);
        return Buffer.concat([Buffer.from([0]), samples]);
      });
      const header = Buffer.from('00000000000000000004000000', 'hex');
      header.writeUInt32BE(side, 0);
      header.writeUInt32BE(side, 4);
      header[8] = bits;
      const png = Buffer.concat([
        Buffer.from('89504e470d0a1a0a', 'hex'),
        pngChunk('IHDR', header),
        pngChunk('IDAT', deflateSync(Buffer.concat(rows))),
        pngChunk('IEND', Buffer.alloc(0)),
      ]);
      const { output, metadata } = await compress(png);
      expect(metadata).toMatchObject({ channels: 2, isPalette: false });
      const decoded = await sharp(output).toColourspace('srgb').raw().toBuffer();
      for (let i = 0; i < side * side; i++) {
        expect(Math.abs(decoded[4 * i] - grayAlphaSamples[4 * i])).toBeLessThan(2);
        expect(Math.abs(decoded[4 * i + 3] - grayAlphaSamples[4 * i + 2])).toBeLessThan(2);
      }
    },
  );
});
