import type { Sharp } from 'sharp';
import { createImageFromPixels, readRawPixels } from '../decode/image-library.js';
import type { Box, Geometry } from './geometry.js';

/** Longer side of the thumbnail that is searched for the crop, in pixels. */
const THUMBNAIL_SIDE = 320;

/**
 * Positions the crop of a geometry around the part that attracts the most attention: skin colors,
 * saturated colors and edges. All sizes of one image are cropped in the same way.
 *
 * @param image an upright still image that the region refers to
 */
export async function findCrop(image: Sharp, { region, content, crop }: Geometry): Promise<Box> {
  const { width, height } = crop!;
  const scale = Math.min(1, THUMBNAIL_SIDE / Math.max(content.width, content.height));
  const scaleSide = (pixels: number): number => Math.max(1, Math.round(pixels * scale));
  const regionImage = region ? image.extract(region) : image;
  const scaledImage = regionImage.resize(scaleSide(content.width), scaleSide(content.height), {
    fit: 'fill',
  });
  const thumbnail = createImageFromPixels(await readRawPixels(scaledImage.toColourspace('srgb')));
  const { info } = await thumbnail
    .resize(scaleSide(width), scaleSide(height), { fit: 'cover', position: 'attention' })
    .raw()
    .toBuffer({ resolveWithObject: true });
  // Sharp reports offsets of the image within the crop.
  const left = clampOffset(-(info.cropOffsetLeft ?? 0) / scale, content.width - width);
  const top = clampOffset(-(info.cropOffsetTop ?? 0) / scale, content.height - height);
  return { left, top, width, height };
}

const clampOffset = (offset: number, max: number): number =>
  Math.min(max, Math.max(0, Math.round(offset)));
