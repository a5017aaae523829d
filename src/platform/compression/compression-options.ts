/** What an uploaded request asks of the compression of each of its images. */
export interface CompressionOptions {
  /** 1 (smallest) to 100 (best). */
  quality: number;
  /** `original` keeps each image's own format. */
  format: OutputFormat;
  /** Pixels; a larger image is made to fit inside, a smaller one is never enlarged. */
  max_width?: number;
  max_height?: number;
  /** How much time the encoder may take for fewer bytes; `balanced` where it is absent. */
  effort?: Effort;
}

export const EFFORTS = ['fast', 'balanced', 'small'] as const;
export type Effort = (typeof EFFORTS)[number];

export const OUTPUT_FORMATS = ['original', 'jpeg', 'png', 'webp', 'avif'] as const;
export type OutputFormat = (typeof OUTPUT_FORMATS)[number];
