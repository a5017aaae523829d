import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { animation, photograph } from '../../../test/support/sample-images.js';
import { compressOutputs } from './compress-outputs.js';
import type { CompressionOptions } from './compression-options.js';

const LIMITS = { maxPixels: 50_000_000, maxFrames: 100 };
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pressroom-outputs-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** Compresses an image to one file per set of options. */
async function compressToFiles(input: Buffer, ...options: Partial<CompressionOptions>[]) {
  const source = join(folder, 'source');
  await writeFile(source, input);
  const outputs = options.map((overrides, index) => ({
    target: join(folder, `target-${index}`),
    options: { quality: 50, format: 'original', ...overrides } as const,
  }));
  return compressOutputs({ source, outputs, withHash: true }, LIMITS);
}

const readOutput = (index: number) => readFile(join(folder, `target-${index}`));

describe('compressOutputs()', () => {
  it('compressOutputs() writes the outputs in task order', async () => {
    const photo = await photograph(320, 240).jpeg({ quality: 95 }).toBuffer();
    const { outputs } = await compressToFiles(
      photo,
      { format: 'webp', max_width: 160 },
      { format: 'jpeg' },
    );
    expect(outputs).toMatchObject([
      { format: 'webp', width: 160, height: 120, keptOriginal: false },
      { format: 'jpeg', width: 320, height: 240, keptOriginal: false },
    ]);
    for (const [index, { format, width, bytes }] of outputs.entries()) {
      const file = await readOutput(index);
      expect(file.length).toBe(bytes);
      expect(await sharp(file).metadata()).toMatchObject({ format, width });
    }
  });

  it('compressOutputs() returns the source dimensions after applying the EXIF orientation', async () => {
    const photo = await photograph(320, 240).jpeg().withMetadata({ orientation: 6 }).toBuffer();
    const { source } = await compressToFiles(photo, {});
    expect(source).toEqual({
      format: 'jpeg',
      width: 240,
      height: 320,
      animated: false,
      bytes: photo.length,
      hash: expect.stringMatching(/^[0-9a-f]{16}$/),
    });
  });

  it('compressOutputs() computes a hash only if withHash is true', async () => {
    const source = [await photograph(32, 24).jpeg().toBuffer()];
    const options = { quality: 50, format: 'original' } as const;
    const outputs = [{ target: join(folder, 'target-0'), options }];
    expect((await compressOutputs({ source, outputs }, LIMITS)).source.hash).toBeNull();
  });

  it('compressOutputs() reports an animated source and hashes its first frame', async () => {
    const gif = await (await animation(60, ['#ff0000', '#00ff00'], 70)).toBuffer();
    const { source } = await compressToFiles(gif, {});
    expect(source).toMatchObject({ animated: true, hash: '0000000000000000' });
  });

  it('compressOutputs() creates nearly the same outputs from shared pixels as from separate decodes', async () => {
    const photo = await photograph(640, 480).jpeg({ quality: 95 }).toBuffer();
    const sizes = [400, 200, 100].map(
      (width) => ({ format: 'png', quality: 100, max_width: width }) as const,
    );
    await compressToFiles(photo, ...sizes);
    const sharedOutputs = await Promise.all(sizes.map((_, index) => readOutput(index)));
    for (const [index, size] of sizes.entries()) {
      await compressToFiles(photo, size);
      const [separatePixels, sharedPixels] = await Promise.all(
        [await readOutput(0), sharedOutputs[index]].map((png) => sharp(png).raw().toBuffer()),
      );
      expect(sharedPixels.length).toBe(separatePixels.length);
      const sum = separatePixels.reduce(
        (total, value, index) => total + Math.abs(value - sharedPixels[index]),
        0,
      );
      expect(sum / separatePixels.length).toBeLessThan(3);
    }
  });

  it('compressOutputs() adds a white background to a transparent source in every JPEG output', async () => {
    const transparentBackground = { r: 0, g: 0, b: 0, alpha: 0 };
    const photo = await photograph(400, 300)
      .extend({ left: 100, right: 100, background: transparentBackground })
      .png()
      .toBuffer();
    const sizes = [500, 250].map(
      (width) => ({ format: 'jpeg', quality: 90, max_width: width }) as const,
    );
    await compressToFiles(photo, ...sizes);
    const sharedOutputs = await Promise.all(sizes.map((_, index) => readOutput(index)));
    for (const [index, size] of sizes.entries()) {
      await compressToFiles(photo, size);
      const [separatePixels, sharedPixels] = await Promise.all(
        [await readOutput(0), sharedOutputs[index]].map((jpeg) => sharp(jpeg).raw().toBuffer()),
      );
      expect(sharedPixels.length).toBe(separatePixels.length);
      expect([...sharedPixels.subarray(0, 3)]).toEqual([255, 255, 255]);
      const sum = separatePixels.reduce(
        (total, value, index) => total + Math.abs(value - sharedPixels[index]),
        0,
      );
      expect(sum / separatePixels.length).toBeLessThan(3);
    }
  });

  it('compressOutputs() keeps transparency in a WebP when another output is a JPEG', async () => {
    const image = await sharp({
      create: { width: 80, height: 60, channels: 4, background: '#ff000000' },
    })
      .png()
      .toBuffer();
    await compressToFiles(
      image,
      { format: 'jpeg', max_width: 40 },
      { format: 'webp', max_width: 40 },
    );
    expect((await sharp(await readOutput(0)).stats()).channels[1].min).toBeGreaterThan(250);
    expect((await sharp(await readOutput(1)).metadata()).hasAlpha).toBe(true);
  });

  it('compressOutputs() applies the metadata option of each output', async () => {
    const photo = await photograph(200, 150)
      .jpeg({ quality: 95 })
      .withExif({ IFD0: { Copyright: 'Example Ltd' } })
      .toBuffer();
    await compressToFiles(photo, { format: 'webp' }, { format: 'webp', metadata: 'copyright' });
    const [strippedWebp, webpWithCopyright] = await Promise.all([readOutput(0), readOutput(1)]);
    expect(strippedWebp.includes('Example Ltd')).toBe(false);
    expect(webpWithCopyright.includes('Example Ltd')).toBe(true);
  });

  it('compressOutputs() identifies the output that fails', async () => {
    const widePng = await sharp({
      create: { width: 17_000, height: 8, channels: 3, background: '#fff' },
    })
      .png()
      .toBuffer();
    const result = compressToFiles(widePng, { max_width: 100 }, { format: 'webp' });
    await expect(result).rejects.toMatchObject({ code: 'image_too_large_for_format', output: 1 });
  });

  it('compressOutputs() does not identify an output if the source is damaged', async () => {
    const photo = await photograph(320, 240).png().toBuffer();
    const result = compressToFiles(photo.subarray(0, 2000), {}, { format: 'webp' });
    const error = await result.catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'image_truncated', output: undefined });
  });
});
