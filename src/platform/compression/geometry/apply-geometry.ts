import type { EncodePlan } from '../encode/encode-plan.js';
import { createImageFromPixels, readRawPixels } from '../decode/image-library.js';
import type { RawImage } from '../encode/local-error.js';
import type { Geometry } from './geometry.js';
import { hasColoredBackground } from './output-header.js';

const TRANSPARENT = { r: 255, g: 255, b: 255, alpha: 0 };

/**
 * Crops, scales, flattens and pads upright pixels.
 *
 * @param pixels one frame, or all frames stacked vertically
 * @param frameCount number of frames
 */
export async function applyGeometry(
  pixels: RawImage,
  plan: EncodePlan,
  geometry: Geometry,
  frameCount = 1,
): Promise<RawImage> {
  const { region, content, crop, margins, background = TRANSPARENT, hasAlpha } = geometry;
  const sourceImage = createImageFromPixels(pixels, frameCount);
  const regionImage = region ? sourceImage.extract(region) : sourceImage;
  const scaledImage = regionImage.resize(content.width, content.height, { fit: 'fill' });
  const croppedImage = crop ? scaledImage.extract({ left: 0, top: 0, ...crop }) : scaledImage;
  const croppedPixels = await readRawPixels(croppedImage, { ...(crop ?? content), frameCount });
  const losesAlpha = croppedPixels.channels % 2 === 0 && !hasAlpha;
  if (!margins && !losesAlpha) return croppedPixels;
  // Sharp pads gray pixels with the luminance of the color.
  const padsInColor = hasColoredBackground(geometry) || hasAlpha;
  const image = createImageFromPixels(croppedPixels, frameCount);
  const coloredImage = padsInColor
    ? image.pipelineColourspace('srgb').toColourspace('srgb')
    : image;
  const flattenedImage = losesAlpha ? coloredImage.flatten({ background }) : coloredImage;
  const paddedImage = margins ? flattenedImage.extend({ ...margins, background }) : flattenedImage;
  return readRawPixels(paddedImage, { width: plan.width, height: plan.height, frameCount });
}
