import * as fc from 'fast-check';
import sharp, { type Sharp } from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { animation, photograph } from '../../../../test/support/sample-images.js';
import { toMiniAvif } from '../../../../test/support/mini-avif.js';
import { IMAGE_ERRORS } from '../../compression/error-table.js';
import { AppError } from '../../errors/app-error.js';
import { readHeader } from './read-header.js';

const [WIDTH, HEIGHT] = [90, 60];
const createPhoto = (): Sharp => photograph(WIDTH, HEIGHT);
const STILL_SIZE = { width: WIDTH, height: HEIGHT, animated: false };

const files = new Map<string, { bytes: Buffer; expected: object }>();
beforeAll(async () => {
  const rotatedSize = { width: HEIGHT, height: WIDTH, animated: false };
  const animatedGif = await animation(40, ['red', 'green', 'blue'], 100);
  const animatedSize = { width: 40, height: 40, animated: true };
  const addFile = async (name: string, image: Sharp, expected: object) =>
    files.set(name, { bytes: await image.toBuffer(), expected });
  await addFile('a baseline JPEG', createPhoto().jpeg(), { format: 'jpeg', ...STILL_SIZE });
  await addFile('a progressive JPEG', createPhoto().jpeg({ progressive: true }), {
    format: 'jpeg',
    ...STILL_SIZE,
  });
  await addFile('a rotated JPEG', createPhoto().withMetadata({ orientation: 6 }).jpeg(), {
    format: 'jpeg',
    ...rotatedSize,
  });
  await addFile('a mirrored JPEG', createPhoto().withMetadata({ orientation: 2 }).jpeg(), {
    format: 'jpeg',
    ...STILL_SIZE,
  });
  await addFile('a PNG', createPhoto().png(), { format: 'png', ...STILL_SIZE });
  await addFile('a GIF', createPhoto().gif(), { format: 'gif', ...STILL_SIZE });
  await addFile('an animated GIF', animatedGif, { format: 'gif', ...animatedSize });
  await addFile('a lossy WebP', createPhoto().webp(), { format: 'webp', ...STILL_SIZE });
  await addFile('a lossless WebP', createPhoto().webp({ lossless: true }), {
    format: 'webp',
    ...STILL_SIZE,
  });
  await addFile(
    'an animated WebP',
    sharp(await animatedGif.toBuffer(), { animated: true }).webp(),
    {
      format: 'webp',
      ...animatedSize,
    },
  );
  await addFile('an AVIF', createPhoto().avif({ effort: 0 }), { format: 'avif', ...STILL_SIZE });
  await addFile('a TIFF', createPhoto().tiff(), { format: 'tiff', ...STILL_SIZE });
  await addFile('a rotated TIFF', createPhoto().withMetadata({ orientation: 8 }).tiff(), {
    format: 'tiff',
    ...rotatedSize,
  });
});

const FILE_NAMES = [
  'a baseline JPEG',
  'a progressive JPEG',
  'a rotated JPEG',
  'a mirrored JPEG',
  'a PNG',
  'a GIF',
  'an animated GIF',
  'a lossy WebP',
  'a lossless WebP',
  'an animated WebP',
  'an AVIF',
  'a TIFF',
  'a rotated TIFF',
];

const CORRUPT_IMAGE_ERROR = new AppError(IMAGE_ERRORS.image_corrupt);

function catchError(work: () => unknown): unknown {
  try {
    work();
    return undefined;
  } catch (error) {
    return error;
  }
}

describe('readHeader()', () => {
  it.each(FILE_NAMES)(
    'readHeader() returns the format and size of %s, and whether it is animated',
    (name) => {
      const { bytes, expected } = files.get(name)!;
      expect(readHeader(bytes, true)).toEqual(expected);
    },
  );

  it.each(FILE_NAMES)(
    'readHeader() returns either undefined or the final values for the first bytes of %s',
    (name) => {
      const { bytes, expected } = files.get(name)!;
      const anyLength = fc.integer({ min: 64, max: bytes.length - 1 });
      fc.assert(
        fc.property(anyLength, (length) => {
          const header = readHeader(bytes.subarray(0, length), false);
          expect(header ?? expected).toEqual(expected);
        }),
      );
    },
  );

  it('readHeader() needs only the first kilobyte of common formats without metadata', () => {
    for (const name of ['a baseline JPEG', 'a PNG', 'a lossy WebP', 'an AVIF']) {
      const { bytes, expected } = files.get(name)!;
      expect(readHeader(bytes.subarray(0, 1024), false)).toEqual(expected);
    }
  });

  it('readHeader() reads the size of an AVIF in the compact layout', () => {
    const { bytes } = files.get('an AVIF')!;
    for (const orientation of [1, 6]) {
      const mini = toMiniAvif(bytes, { width: WIDTH, height: HEIGHT, orientation });
      const [width, height] = orientation === 1 ? [WIDTH, HEIGHT] : [HEIGHT, WIDTH];
      expect(readHeader(mini, true)).toEqual({ format: 'avif', width, height, animated: false });
      expect(readHeader(mini.subarray(0, 60), false)).toBeUndefined();
    }
  });

  it('readHeader() returns a result or throws a documented error for a damaged file', () => {
    const anyFile = fc.constantFrom(...FILE_NAMES);
    const anyDamage = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), {
      minLength: 1,
      maxLength: 20,
    });
    fc.assert(
      fc.property(anyFile, anyDamage, fc.boolean(), (name, damage, isComplete) => {
        const bytes = Buffer.from(files.get(name)!.bytes);
        for (const [i, value] of damage) bytes[i % Math.min(bytes.length, 700)] = value;
        expect(
          catchError(() => readHeader(bytes, isComplete)) ?? CORRUPT_IMAGE_ERROR,
        ).toBeInstanceOf(AppError);
      }),
      { numRuns: 2000 },
    );
  });

  it('readHeader() rejects a web page, an SVG and an empty file with specific errors', () => {
    const readErrorCode = (text: string) =>
      (catchError(() => readHeader(Buffer.from(text), true)) as AppError).code;
    expect(readErrorCode('<!doctype html><p>404')).toBe('html_instead_of_image');
    expect(readErrorCode('<svg xmlns="http://www.w3.org/2000/svg"/>')).toBe('svg_not_supported');
    expect(readErrorCode('')).toBe('empty_file');
  });
});
