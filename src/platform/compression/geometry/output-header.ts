import type { EncodePlan } from '../encode/encode-plan.js';
import type { ImageHeader } from '../inspect/image-header.js';
import type { Geometry } from './geometry.js';

/** Returns whether the background is not gray. */
export const hasColoredBackground = ({ background = '#ffffff' }: Geometry): boolean => {
  const [red, green, blue] = [1, 3, 5].map((offset) =>
    background.slice(offset, offset + 2).toLowerCase(),
  );
  return red !== green || green !== blue;
};

/** Returns the header that describes the pixels of an output. The geometry may add or remove colors. */
export function toOutputHeader(header: ImageHeader, { geometry }: EncodePlan): ImageHeader {
  if (!geometry) return header;
  const isGray = header.isGray && !hasColoredBackground(geometry);
  return {
    ...header,
    hasAlpha: geometry.hasAlpha,
    isGray,
    isBilevel: false,
    hasPalette: false,
    hasFullChroma: header.hasFullChroma || isGray !== header.isGray,
  };
}
