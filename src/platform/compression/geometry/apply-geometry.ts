import type { EncodePlan } from '../encode/encode-plan.js';
import { fromRawPixels, rawPixels } from '../decode/image-library.js';
import type { RawImage } from '../encode/local-error.js';
import type { Geometry } from './geometry.js';
import { isColored } from './output-header.js';

const TRANSPARENT = { r: 255, g: 255, b: 255, alpha: 0 };

/**
 * Crops, scales, flattens and pads upright pixels.
 *
 * @param pixels one frame, or all frames stacked vertically
 * @param frames number of frames
 */
export async function applyGeometry(
  pixels: RawImage,
  plan: EncodePlan,
  geometry: Geometry,
  frames = 1,
): Promise<RawImage> {
  const { region, content, crop, margins, background = TRANSPARENT, hasAlpha } = geometry;
  const whole = fromRawPixels(pixels, frames);
  const inner = region ? whole.extract(region) : whole;
  const sized = inner.resize(content.width, content.height, { fit: 'fill' });
  const cropped = crop ? sized.extract({ left: 0, top: 0, ...crop }) : sized;
  const shown = await rawPixels(cropped, { ...(crop ?? content), frames });
  const losesAlpha = shown.channels % 2 === 0 && !hasAlpha;
  if (!margins && !losesAlpha) return shown;
  // The library pads gray pixels with the luminance of the color.
  const padsInColor = isColored(geometry) || hasAlpha;
  const image = fromRawPixels(shown, frames);
  const colored = padsInColor ? image.pipelineColourspace('srgb').toColourspace('srgb') : image;
  const flat = losesAlpha ? colored.flatten({ background }) : colored;
  const padded = margins ? flat.extend({ ...margins, background }) : flat;
  return rawPixels(padded, { width: plan.width, height: plan.height, frames });
}
