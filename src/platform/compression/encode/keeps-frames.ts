import type { EncodePlan } from './encode-plan.js';
import { FORMATS } from '../formats/index.js';
import type { ImageHeader } from '../inspect/image-header.js';

/** Returns whether the output has all frames of an animation, or all pages. */
export const keepsFrames = (header: ImageHeader, plan: Pick<EncodePlan, 'format'>): boolean => {
  const { frames } = FORMATS[plan.format];
  return header.frames > 1 && frames !== 'single' && frames === FORMATS[header.format].frames;
};
