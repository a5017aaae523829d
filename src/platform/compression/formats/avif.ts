import { readAvifColors } from '../colors/avif-colors.js';
import { isAnimatedAvif, brandAsStillImage } from '../avif/avif-items.js';
import { readMiniImage } from '../avif/avif-mini.js';
import { declarePrimaryItem } from '../avif/avif-primary-item.js';
import { createAvifSettings } from '../encode/encoder-settings.js';
import { rotateAlpha } from '../avif/alpha-rotation.js';
import { removeCrop } from '../avif/clean-aperture.js';
import { toFullAvif } from '../avif/full-avif.js';
import { attachXmp } from '../metadata/kept-xmp.js';
import { stripAvif } from '../metadata/strip-avif.js';
import { stripMiniAvif } from '../metadata/strip-mini-avif.js';
import type { FormatDescriptor } from './format-descriptor.js';

export const avif: FormatDescriptor = {
  extension: 'avif',
  contentType: 'image/avif',
  signatures: [],
  // `mif1` alone only means "an image": the other brands name the codec.
  brands: ['avif', 'avis'],
  loader: 'VipsForeignLoadHeifBuffer',
  maxSide: 16_384,
  frames: 'single',
  minQuality: 1,
  makeReadable: (bytes) =>
    rotateAlpha(removeCrop(declarePrimaryItem(brandAsStillImage(toFullAvif(bytes))))),
  stripsOriginal: true,
  hasUnreadFrames: isAnimatedAvif,
  readColors: (bytes) => readAvifColors(toFullAvif(bytes)),
  stripMetadata: (bytes, { keptXmp }) => {
    const mini = readMiniImage(bytes);
    if (!mini) return stripAvif(bytes, keptXmp);
    return keptXmp ? undefined : stripMiniAvif(bytes, mini);
  },
  encodeImage: (image, { quality, effort, width, height }, { keptXmp }) =>
    attachXmp(image, keptXmp)
      .avif(createAvifSettings(quality, width * height, effort))
      .toBuffer(),
  estimateDecoderBytes: ({ bytesPerPixel }, pixelCount) =>
    pixelCount * 6 * (bytesPerPixel > 4 ? 2 : 1),
  estimateEncoderBytesPerPixel: ({ quality }) => (quality < 90 ? 20 : 33),
};
