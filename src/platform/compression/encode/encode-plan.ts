import type { Effort } from '../compression-options.js';
import type { Geometry } from '../geometry/geometry.js';
import type { ImageFormat } from '../inspect/image-format.js';

export interface EncodePlan {
  format: ImageFormat;
  quality: number;
  effort: Effort;
  /** SSIMULACRA 2 score that the quality must reach. */
  targetScore?: number;
  /** Maximum size of the result, in bytes. */
  maxBytes?: number;
  /** Pixels of one frame of the output. */
  width: number;
  height: number;
  /** Whether the content is scaled. */
  isResized: boolean;
  /** Absent if the output shows the entire source, possibly scaled. */
  geometry?: Geometry;
}
