import type { EncodePlan } from '../encode/encode-plan.js';
import type { ImageHeader } from '../inspect/image-header.js';
import type { Geometry } from './geometry.js';

/** Whether the background has a color other than gray. */
export const isColored = ({ background = '#ffffff' }: Geometry): boolean => {
  const [red, green, blue] = [1, 3, 5].map((at) => background.slice(at, at + 2).toLowerCase());
  return red !== green || green !== blue;
};

/** Returns the header as it describes the pixels of an output. The geometry may add or remove colors. */
export function outputHeader(header: ImageHeader, { geometry }: EncodePlan): ImageHeader {
  if (!geometry) return header;
  const isGray = header.isGray && !isColored(geometry);
  return {
    ...header,
    hasAlpha: geometry.hasAlpha,
    isGray,
    isBilevel: false,
    hasPalette: false,
    hasFullChroma: header.hasFullChroma || isGray !== header.isGray,
  };
}
