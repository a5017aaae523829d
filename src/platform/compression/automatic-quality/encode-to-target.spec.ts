import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { photograph } from '../../../../test/support/sample-images.js';
import { planEncoding } from '../encode/encode-image.js';
import { encodeToTarget } from './encode-to-target.js';
import type { CompressionOptions } from '../compression-options.js';
import { inspectImage } from '../inspect/inspect-image.js';
import { identifyImage } from '../inspect/image-type.js';

const LIMITS = { maxPixels: 50_000_000, maxFrames: 100 };
const MAX_BYTES = 6000;

async function encodeWithOptions(bytes: Buffer, options: Partial<CompressionOptions>) {
  const header = await inspectImage(bytes, identifyImage(bytes), LIMITS);
  const plan = planEncoding(header, { quality: 100, format: 'webp', ...options });
  return encodeToTarget({ bytes, header, maxPixels: LIMITS.maxPixels }, plan);
}

/** Draws blocks in four colors. The image is small as a lossless WebP and large at every lossy quality. */
function createDrawing(side = 400, blockSide = 5): Promise<Buffer> {
  const colors = [
    [200, 0, 30],
    [250, 250, 250],
    [0, 90, 200],
    [30, 30, 30],
  ];
  const columns = side / blockSide;
  let state = 1;
  const blocks = Array.from({ length: columns ** 2 }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return colors[state >>> 30];
  });
  const pixels = Buffer.alloc(side * side * 3);
  for (let i = 0; i < side * side; i++) {
    const [column, row] = [Math.floor((i % side) / blockSide), Math.floor(i / side / blockSide)];
    pixels.set(blocks[row * columns + column], 3 * i);
  }
  const raw = { width: side, height: side, channels: 3 } as const;
  return sharp(pixels, { raw }).png({ compressionLevel: 9 }).toBuffer();
}

describe('encodeToTarget()', () => {
  it('encodeToTarget() encodes a drawing losslessly if no lossy WebP fits', async () => {
    const png = await createDrawing();
    for (const options of [{}, { quality: 80 }, { target_score: 70 }]) {
      const { encoded, isTargetReached } = await encodeWithOptions(png, {
        ...options,
        max_bytes: MAX_BYTES,
      });
      expect(encoded.length).toBeLessThanOrEqual(MAX_BYTES);
      expect(isTargetReached).toBe(true);
      const [source, decoded] = await Promise.all(
        [png, encoded].map((image) => sharp(image).removeAlpha().raw().toBuffer()),
      );
      expect(decoded.equals(source)).toBe(true);
    }
  });

  it('encodeToTarget() selects a lossy quality for a photograph in a PNG', async () => {
    const photo = await photograph(300, 200).png().toBuffer();
    const { encoded, plan } = await encodeWithOptions(photo, { max_bytes: MAX_BYTES });
    expect(encoded.length).toBeLessThanOrEqual(MAX_BYTES);
    expect(plan.quality).toBeLessThan(100);
  });

  it('encodeToTarget() returns the smallest result if no result fits', async () => {
    const png = await createDrawing();
    const { length } = (await encodeWithOptions(png, { max_bytes: MAX_BYTES })).encoded;
    const { encoded, isTargetReached } = await encodeWithOptions(png, { max_bytes: length - 1 });
    expect(isTargetReached).toBe(false);
    expect(encoded.length).toBe(length);
  });
});
