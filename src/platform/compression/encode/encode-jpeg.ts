import type { Sharp } from 'sharp';
import type { EncodePlan } from './encode-plan.js';
import { FULL_CHROMA_QUALITY, createJpegSettings } from './encoder-settings.js';
import { sharp } from '../decode/image-library.js';
import { hasFineChroma } from './fine-chroma.js';

/** Keeps full-resolution chroma at high quality, and at lower quality if subsampling would be visible. */
export async function encodeJpeg(
  image: Sharp,
  { quality, effort }: EncodePlan,
  hasFullChroma: boolean,
): Promise<Buffer> {
  const settings = createJpegSettings(quality, effort);
  if (!hasFullChroma) return image.jpeg(settings).toBuffer();
  if (quality >= FULL_CHROMA_QUALITY) {
    return image.jpeg({ ...settings, chromaSubsampling: '4:4:4' }).toBuffer();
  }
  const { data, info } = await image
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true });
  const { width, height } = info;
  const channels = info.channels as 1 | 3;
  const needsFullChroma = channels === 3 && hasFineChroma(data, width, height);
  return sharp(data, { raw: { width, height, channels }, limitInputPixels: false })
    .jpeg(needsFullChroma ? { ...settings, chromaSubsampling: '4:4:4' } : settings)
    .toBuffer();
}
