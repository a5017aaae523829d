import type { Effort } from './compression-options.js';
import type { ImageFormat } from './image-format.js';

export interface EncodePlan {
  format: ImageFormat;
  quality: number;
  effort: Effort;
  /** Pixels of one frame, after orientation. */
  width: number;
  height: number;
  resized: boolean;
}
