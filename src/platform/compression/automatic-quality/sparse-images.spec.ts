import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { compress } from '../../../../test/support/compress.js';
import type { RawImage } from '../encode/local-error.js';
import { ScoreEstimate } from '../score/score-estimate.js';
import { computeSsimulacra2 } from '../score/ssimulacra2.js';

/** A drawing on a uniform background: its position as a share of the width and height, and its pixels. */
interface Drawing {
  background: [number, number, number];
  left: number;
  top: number;
  draw: (x: number, y: number) => number[] | undefined;
}

/** Maximum width and height of a drawing, in pixels. */
const MAX_DRAWING_SIZE = 300;
const INK = [20, 30, 40];
/** Draws strokes about as wide as those of printed letters, in three lines. */
const drawText = (x: number, y: number) =>
  x < 240 && y < 48 && y % 18 < 11 && ((x * 7) % 13 < 3 || (y % 18) % 5 === 0) && x % 9 < 7
    ? INK
    : undefined;
const drawHorizontalLine = (x: number, y: number) => (x < 300 && y === 1 ? INK : undefined);
const drawVerticalLine = (x: number, y: number) => (y < 300 && x === 1 ? INK : undefined);
const drawLogo = (x: number, y: number) => {
  const distance = Math.hypot(x - 40, y - 40);
  if (distance > 40) return undefined;
  return distance > 25 ? [200, 30, 30] : [250, 220, 40];
};

const WHITE: Drawing['background'] = [255, 255, 255];
const GRAY: Drawing['background'] = [128, 128, 128];
const GREEN: Drawing['background'] = [40, 160, 70];
const BLUE: Drawing['background'] = [20, 60, 200];

const SPARSE_DRAWINGS: [string, Drawing][] = [
  ['text on white', { background: WHITE, left: 0.1, top: 0.1, draw: drawText }],
  ['text on green', { background: GREEN, left: 0.4, top: 0.8, draw: drawText }],
  [
    'a horizontal line on gray',
    { background: GRAY, left: 0.3, top: 0.51, draw: drawHorizontalLine },
  ],
  ['a vertical line on white', { background: WHITE, left: 0.77, top: 0.1, draw: drawVerticalLine }],
  ['a logo on blue', { background: BLUE, left: 0.82, top: 0.05, draw: drawLogo }],
  ['a logo on white', { background: WHITE, left: 0, top: 0.5, draw: drawLogo }],
];

function renderDrawing(
  { background, left, top, draw }: Drawing,
  width: number,
  height: number,
): RawImage {
  const data = Buffer.alloc(width * height * 3, Buffer.from(background));
  const [firstX, firstY] = [Math.round(left * width), Math.round(top * height)];
  const [endX, endY] = [firstX, firstY].map((first) => first + MAX_DRAWING_SIZE);
  for (let y = firstY; y < Math.min(height, endY); y++) {
    for (let x = firstX; x < Math.min(width, endX); x++) {
      const color = draw(x - firstX, y - firstY);
      if (color) data.set(color, (y * width + x) * 3);
    }
  }
  return { data, width, height, channels: 3 };
}

const toPng = ({ data, ...raw }: RawImage) =>
  sharp(data, { raw: raw as { width: number; height: number; channels: 3 } })
    .png()
    .toBuffer();

async function readPixels(image: Buffer): Promise<RawImage> {
  const { data, info } = await sharp(image)
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height, channels: info.channels };
}

describe('compressImage() with target_score on smooth images with few details', () => {
  const TARGET = 70;

  it.each(SPARSE_DRAWINGS)(
    'compressImage() with target_score returns %s with an exact score close to the target',
    async (_, drawing) => {
      const source = renderDrawing(drawing, 400, 330);
      for (const format of ['jpeg', 'webp'] as const) {
        const result = await compress(await toPng(source), { format, target_score: TARGET });
        const exactScore = computeSsimulacra2(source, await readPixels(result.output));
        expect(exactScore).toBeGreaterThanOrEqual(TARGET - 1);
      }
    },
    60_000,
  );
});

describe('ScoreEstimate for smooth images with few details', () => {
  it.each(SPARSE_DRAWINGS)(
    'ScoreEstimate exceeds the exact score of %s by at most 1 above 2 megapixels',
    async (_, drawing) => {
      const source = renderDrawing(drawing, 1900, 1300);
      const estimate = new ScoreEstimate(source);
      expect(estimate.isExact).toBe(false);
      const webp = await sharp(await toPng(source))
        .webp({ quality: 20 })
        .toBuffer();
      const distorted = await readPixels(webp);
      expect(estimate.computeScore(distorted) - computeSsimulacra2(source, distorted)).toBeLessThan(
        1,
      );
      estimate.releaseMemory();
    },
    60_000,
  );
});
