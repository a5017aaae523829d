import * as fc from 'fast-check';
import sharp, { type Sharp } from 'sharp';
import { describe, expect, it } from 'vitest';
import { compress } from '../../../../test/support/compress.js';
import { photograph } from '../../../../test/support/sample-images.js';

const EXIF = { IFD0: { Artist: 'secretperson', ImageDescription: 'secretperson' } };
const XMP = '<x:xmpmeta xmlns:x="adobe:ns:meta/"><a>secretperson</a></x:xmpmeta>';

const createBlackAndWhite = (width: number, height: number) =>
  photograph(width, height).toColourspace('b-w').threshold(110);

const IMAGE_BUILDERS: Record<string, (width: number, height: number) => Sharp> = {
  'bilevel TIFF': (w, h) =>
    createBlackAndWhite(w, h).tiff({ compression: 'ccittfax4', bitdepth: 1 }),
  'JPEG in TIFF': (w, h) => photograph(w, h).tiff({ compression: 'jpeg', quality: 10 }),
  'tiled TIFF': (w, h) => photograph(w, h).tiff({ compression: 'lzw', tile: true }),
  'deflated TIFF': (w, h) => photograph(w, h).tiff({ compression: 'deflate' }),
  'small AVIF': (w, h) => photograph(w, h).avif({ quality: 15, effort: 0 }),
  'small WebP': (w, h) => photograph(w, h).webp({ quality: 5 }),
  'small JPEG': (w, h) => photograph(w, h).jpeg({ quality: 5 }),
  'wide-gamut JPEG': (w, h) => photograph(w, h).jpeg({ quality: 5 }).withIccProfile('p3'),
  'wide-gamut PNG': (w, h) =>
    photograph(w, h).png({ palette: true, colors: 4 }).withIccProfile('p3'),
  'wide-gamut WebP': (w, h) => photograph(w, h).webp({ quality: 5 }).withIccProfile('p3'),
};

const imageCase = fc.record({
  kind: fc.constantFrom(...Object.keys(IMAGE_BUILDERS)),
  width: fc.integer({ min: 4, max: 90 }),
  height: fc.integer({ min: 4, max: 90 }),
  orientation: fc.constantFrom(1, 1, 3, 6, 8),
  quality: fc.constantFrom(30, 50, 80, 95, 100),
});

describe('compressImage()', () => {
  it(
    'compressImage() never makes an image larger in its original format, and removes all personal data',
    { timeout: 120_000 },
    async () => {
      await fc.assert(
        fc.asyncProperty(imageCase, async ({ kind, width, height, orientation, quality }) => {
          const image = IMAGE_BUILDERS[kind](width, height).withExif(EXIF).withXmp(XMP);
          // `withMetadata` also adds a profile, which a bilevel image cannot have.
          const isRotated = orientation !== 1 && kind !== 'bilevel TIFF';
          const input = await (isRotated ? image.withMetadata({ orientation }) : image).toBuffer();
          const { output } = await compress(input, { quality });
          expect(output.length).toBeLessThanOrEqual(input.length);
          expect(output.includes('secretperson')).toBe(false);
          const [before, after] = await Promise.all(
            [input, output].map(async (bytes) => {
              const {
                autoOrient,
                format,
                width: storedWidth,
                height: storedHeight,
              } = await sharp(bytes).metadata();
              // Browsers ignore the orientation of a WebP.
              return format === 'webp' ? { width: storedWidth, height: storedHeight } : autoOrient;
            }),
          );
          expect(after).toEqual(before);
        }),
        { numRuns: 60 },
      );
    },
  );

  it('compressImage() keeps a bilevel TIFF black and white', async () => {
    const raw = await createBlackAndWhite(200, 150).raw().toBuffer();
    const input = await createBlackAndWhite(200, 150)
      .tiff({ compression: 'none', bitdepth: 1 })
      .toBuffer();
    const { output } = await compress(input);
    expect(output.length).toBeLessThan(input.length);
    const pixels = await sharp(output).toColourspace('b-w').raw().toBuffer();
    expect(pixels.equals(raw)).toBe(true);
  });

  it('compressImage() keeps the pixels of a small AVIF when it removes metadata', async () => {
    const createAvif = () => photograph(120, 90).avif({ quality: 15 });
    const input = await createAvif().withExif(EXIF).withXmp(XMP).toBuffer();
    const { output, metadata } = await compress(input, { quality: 95 });
    expect(metadata).not.toHaveProperty('exif');
    expect(metadata).not.toHaveProperty('xmp');
    const [before, after] = await Promise.all(
      [input, output].map((image) => sharp(image).raw().toBuffer()),
    );
    expect(after.equals(before)).toBe(true);
  });
});

describe('compressImage() with a TIFF that has pages of different sizes', () => {
  it('compressImage() converts the largest page of a TIFF with pages of different sizes', async () => {
    const [smallTiff, largeTiff] = await Promise.all(
      [
        [20, 16],
        [200, 160],
      ].map(([w, h]) => photograph(w, h).tiff({ compression: 'none' }).toBuffer()),
    );
    const { output, width, height, metadata } = await compress(joinTiffs(smallTiff, largeTiff));
    expect({ width, height }).toEqual({ width: 200, height: 160 });
    expect(metadata.pages ?? 1).toBe(1);
    expect((await sharp(output).metadata()).width).toBe(200);
    const jpeg = await compress(joinTiffs(smallTiff, largeTiff), { format: 'jpeg' });
    expect(jpeg).toMatchObject({ width: 200, height: 160 });
  });
});

const TYPE_BYTES = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8];

/** Joins two little-endian files with one page each. Shifts the offsets of the second file. */
function joinTiffs(first: Buffer, second: Buffer): Buffer {
  const joinedTiff = Buffer.concat([first, second]);
  const shift = first.length;
  const directory = shift + second.readUInt32LE(4);
  for (let entry = 0; entry < joinedTiff.readUInt16LE(directory); entry++) {
    const offset = directory + 2 + 12 * entry;
    const [tag, type, count] = [
      joinedTiff.readUInt16LE(offset),
      joinedTiff.readUInt16LE(offset + 2),
      joinedTiff.readUInt32LE(offset + 4),
    ];
    const isOutsideEntry = TYPE_BYTES[type] * count > 4;
    const values = isOutsideEntry ? joinedTiff.readUInt32LE(offset + 8) + shift : offset + 8;
    if (isOutsideEntry) joinedTiff.writeUInt32LE(values, offset + 8);
    if (tag !== 273) continue;
    for (let i = 0; i < count; i++) {
      joinedTiff.writeUInt32LE(joinedTiff.readUInt32LE(values + 4 * i) + shift, values + 4 * i);
    }
  }
  const firstDirectory = first.readUInt32LE(4);
  joinedTiff.writeUInt32LE(directory, firstDirectory + 2 + 12 * first.readUInt16LE(firstDirectory));
  return joinedTiff;
}
