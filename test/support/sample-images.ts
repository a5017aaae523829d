import { crc32 } from 'node:zlib';
import sharp, { type Sharp } from 'sharp';
import { expect } from 'vitest';

/** Draws images for tests. The same call always returns the same pixels. */

/** Returns an RGB image of waves and noise, which compresses about as well as a photograph. */
export function photograph(width: number, height: number): Sharp {
  const key = `${width}x${height}`;
  const pixels = pixelsBySize.get(key) ?? drawPhotograph(width, height);
  if (pixels.length <= MAX_CACHED_BYTES && pixelsBySize.size < MAX_CACHED_PHOTOGRAPHS)
    pixelsBySize.set(key, pixels);
  return sharp(pixels, { raw: { width, height, channels: 3 } });
}

/** Cached pixels by size. Drawing an image takes as long as compressing it, and tests repeat sizes. */
const pixelsBySize = new Map<string, Buffer>();
const MAX_CACHED_PHOTOGRAPHS = 200;
const MAX_CACHED_BYTES = 1024 ** 2;

function drawPhotograph(width: number, height: number): Buffer {
  const pixels = Buffer.alloc(width * height * 3);
  let noise = 1;
  for (let y = 0, offset = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      noise = (noise * 1103515245 + 12345) & 0x7fffffff;
      const grain = (noise >> 16) % 24;
      pixels[offset++] = 110 + 90 * Math.sin(x / 17 + y / 41) + grain;
      pixels[offset++] = 110 + 90 * Math.sin(x / 29 - y / 13) + grain;
      pixels[offset++] = 110 + 90 * Math.cos(x / 53 + y / 7) + grain;
    }
  }
  return pixels;
}

/** Returns an image with its left half in one color and its right half in another color. */
export async function twoHalves(
  width: number,
  height: number,
  left: string,
  right: string,
): Promise<Sharp> {
  const halves = await Promise.all(
    [left, right].map((background) =>
      sharp({ create: { width: width / 2, height, channels: 4, background } })
        .png()
        .toBuffer(),
    ),
  );
  return sharp(halves, { join: { across: 2, background: '#00000000' } });
}

/** Returns a GIF with one frame for each color. The animation plays three times. */
export async function animation(
  size: number,
  colors: readonly string[],
  delay: number,
): Promise<Sharp> {
  const frames = await Promise.all(
    colors.map((background) =>
      sharp({ create: { width: size, height: size, channels: 4, background } })
        .png()
        .toBuffer(),
    ),
  );
  return sharp(frames, { join: { animated: true } }).gif({
    delay: colors.map(() => delay),
    loop: 3,
    keepDuplicateFrames: true,
  });
}

/** Returns the red, green, blue and alpha values of one pixel, 0 to 255. */
export async function readPixel(
  image: Buffer,
  x: number,
  y: number,
  page = 0,
): Promise<[number, number, number, number]> {
  const { data, info } = await sharp(image, { page })
    .ensureAlpha()
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true });
  const offset = (y * info.width + x) * info.channels;
  return [data[offset], data[offset + 1], data[offset + 2], data[offset + 3]];
}

export function pngChunk(type: string, data: Buffer): Buffer {
  const chunk = Buffer.alloc(12 + data.length);
  chunk.writeUInt32BE(data.length, 0);
  chunk.write(type, 4, 'latin1');
  data.copy(chunk, 8);
  chunk.writeUInt32BE(crc32(chunk.subarray(4, 8 + data.length)), 8 + data.length);
  return chunk;
}

/** Returns matchers for `toEqual` that allow for the inaccuracy of lossy compression. */
export const closeTo = (expected: readonly number[], tolerance = 12): unknown[] =>
  expected.map((value) => {
    const isNear = (actual: number) => Math.abs(actual - value) <= tolerance;
    return expect.toSatisfy(isNear, `within ${tolerance} of ${value}`);
  });

/** Returns a PNG with a 40-pixel red square at (60, 30) on a uniform background. */
export const redSquareOn = (background: string, size = { width: 160, height: 100 }) =>
  sharp({ create: { ...size, channels: 4, background } })
    .composite([
      {
        input: { create: { width: 40, height: 40, channels: 4, background: '#c00000' } },
        left: 60,
        top: 30,
      },
    ])
    .png()
    .toBuffer();
