import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { photograph } from '../../../../test/support/sample-images.js';
import { ScoreEstimate } from './score-estimate.js';
import { computeSsimulacra2 } from './ssimulacra2.js';

async function readPixels(image: Buffer) {
  const { data, info } = await sharp(image).raw().toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height, channels: info.channels };
}

/** Draws an image with a detailed center on a uniform background. */
const drawProduct = async (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: '#ffffff' } })
    .composite([
      {
        input: await photograph(width >> 1, height >> 1)
          .blur(0.6)
          .png()
          .toBuffer(),
      },
    ])
    .png()
    .toBuffer();

describe('ScoreEstimate', () => {
  it.each([
    [9, 60],
    [260, 300],
    [601, 353],
  ])(
    'ScoreEstimate returns nearly the exact score for an image of %i x %i pixels',
    async (width, height) => {
      const png = await drawProduct(width, height);
      const source = await readPixels(png);
      const estimate = new ScoreEstimate(source);
      for (const quality of [40, 85]) {
        const distorted = await readPixels(await sharp(png).jpeg({ quality }).toBuffer());
        const exactScore = computeSsimulacra2(source, distorted);
        expect(Math.abs(estimate.computeScore(distorted) - exactScore)).toBeLessThan(2);
      }
    },
  );

  it('ScoreEstimate compares transparent images on both a dark and a bright background', async () => {
    const png = await sharp(await photograph(400, 400).blur(0.6).png().toBuffer())
      .ensureAlpha(0.5)
      .png()
      .toBuffer();
    const source = await readPixels(png);
    const distorted = await readPixels(await sharp(png).webp({ quality: 40 }).toBuffer());
    const exactScore = computeSsimulacra2(source, distorted);
    expect(Math.abs(new ScoreEstimate(source).computeScore(distorted) - exactScore)).toBeLessThan(
      2,
    );
  });

  it('ScoreEstimate returns 100 for two identical single-color images', async () => {
    const options = {
      create: { width: 500, height: 500, channels: 3, background: '#808080' },
    } as const;
    const source = await readPixels(await sharp(options).png().toBuffer());
    expect(new ScoreEstimate(source).computeScore(source)).toBeCloseTo(100, 5);
  });
});
