import sharp, { type Sharp } from 'sharp';
import { FORMATS } from '../formats/index.js';
import type { RawImage } from '../encode/local-error.js';

/**
 * The only file that imports sharp. Only decoder processes import the files of this folder. All loaders
 * except the supported ones are blocked. No loader reads a path, so sharp never interprets a file name.
 */
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({ operation: Object.values(FORMATS).map(({ loader }) => loader) });
// A cache would not help.
sharp.cache(false);
// Several processes already work in parallel.
sharp.concurrency(1);

export { sharp };

/**
 * Reads the pixels of an image. Gray stays gray.
 *
 * @param size size of one frame, and the number of frames. Sharp reports a wrong size for some pipelines.
 */
export async function readRawPixels(
  image: Sharp,
  size?: { width: number; height: number; frameCount: number },
): Promise<RawImage> {
  const { data, info } = await image.raw().toBuffer({ resolveWithObject: true });
  const width = size?.width ?? info.width;
  const height = size ? size.height * size.frameCount : info.height;
  return { data, width, height, channels: info.channels };
}

/** @param frameCount number of vertically stacked frames */
export function createImageFromPixels(
  { data, width, height, channels }: RawImage,
  frameCount = 1,
): Sharp {
  const pages = frameCount > 1 ? { pages: -1 } : {};
  const raw = {
    width,
    height,
    channels: channels as 1 | 2 | 3 | 4,
    pageHeight: height / frameCount,
  };
  const image = sharp(data, { raw, limitInputPixels: false, ...pages });
  return channels === 1 ? image.toColourspace('b-w') : image;
}
