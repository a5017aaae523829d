import sharp, { type Sharp } from 'sharp';
import { FORMATS } from '../formats/index.js';
import type { RawImage } from '../encode/local-error.js';

/**
 * The only file that imports sharp. Only decoder children import it and its neighbors here. All loaders
 * except the supported ones are blocked. No loader reads a path: the library never interprets a file name.
 */
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({ operation: Object.values(FORMATS).map(({ loader }) => loader) });
// A cache would not help, and images are processed in parallel by processes.
sharp.cache(false);
sharp.concurrency(1);

export { sharp };

/**
 * Returns the pixels of an image. Gray stays gray.
 *
 * @param size of one frame, and the number of frames. The library reports a wrong size for some pipelines.
 */
export async function rawPixels(
  image: Sharp,
  size?: { width: number; height: number; frames: number },
): Promise<RawImage> {
  const { data, info } = await image.raw().toBuffer({ resolveWithObject: true });
  const width = size?.width ?? info.width;
  const height = size ? size.height * size.frames : info.height;
  return { data, width, height, channels: info.channels };
}

/** @param frames number of frames, which are stacked vertically */
export function fromRawPixels({ data, width, height, channels }: RawImage, frames = 1): Sharp {
  const pages = frames > 1 ? { pages: -1 } : {};
  const raw = { width, height, channels: channels as 1 | 2 | 3 | 4, pageHeight: height / frames };
  const image = sharp(data, { raw, limitInputPixels: false, ...pages });
  return channels === 1 ? image.toColourspace('b-w') : image;
}
