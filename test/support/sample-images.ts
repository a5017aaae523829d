import { crc32 } from 'node:zlib';
import sharp, { type Sharp } from 'sharp';
import { expect } from 'vitest';

/** Draws images for tests. The same call gives the same pixels. */

/** Waves with some noise: compresses about as well as a photograph. RGB. */
export function photograph(width: number, height: number): Sharp {
  const pixels = Buffer.alloc(width * height * 3);
  let noise = 1;
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      noise = (noise * 1103515245 + 12345) & 0x7fffffff;
      const grain = (noise >> 16) % 24;
      pixels[at++] = 110 + 90 * Math.sin(x / 17 + y / 41) + grain;
      pixels[at++] = 110 + 90 * Math.sin(x / 29 - y / 13) + grain;
      pixels[at++] = 110 + 90 * Math.cos(x / 53 + y / 7) + grain;
    }
  }
  return sharp(pixels, { raw: { width, height, channels: 3 } });
}

/** The left half in one color, the right half in another. */
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

/** One frame for each color, shown three times over. */
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

/** Red, green, blue and alpha of one pixel, 0 to 255. */
export async function pixelAt(
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
  const at = (y * info.width + x) * info.channels;
  return [data[at], data[at + 1], data[at + 2], data[at + 3]];
}

export function pngChunk(type: string, data: Buffer): Buffer {
  const chunk = Buffer.alloc(12 + data.length);
  chunk.writeUInt32BE(data.length, 0);
  chunk.write(type, 4, 'latin1');
  data.copy(chunk, 8);
  chunk.writeUInt32BE(crc32(chunk.subarray(4, 8 + data.length)), 8 + data.length);
  return chunk;
}

/** Matches each value approximately: for `toEqual` on a lossy result. */
export const near = (expected: readonly number[], tolerance = 12): unknown[] =>
  expected.map((value) => {
    const isNear = (actual: number) => Math.abs(actual - value) <= tolerance;
    return expect.toSatisfy(isNear, `within ${tolerance} of ${value}`);
  });

/** A red square of 40 pixels at (60, 30) of an image with a uniform border. */
export const square = (background: string, size = { width: 160, height: 100 }) =>
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
