import type { EncodePlan } from './encode-plan.js';
import type { ImageHeader } from '../inspect/image-header.js';

/** Returns the timing of an animation for an encoder that receives only its pixels. */
export function getFrameTiming(
  header: ImageHeader,
  plan: EncodePlan,
): { delay?: number[]; loop?: number } {
  const { delays, loop } = header;
  if (!plan.geometry) return {};
  return {
    ...(delays ? { delay: [...delays] } : {}),
    ...(loop === undefined ? {} : { loop }),
  };
}
