/** Compression options of an uploaded request, applied to each of its images. */
export interface CompressionOptions {
  /** 1 (smallest) to 100 (best). */
  quality: number;
  /** `original` keeps the format of each image. */
  format: OutputFormat;
  /** Pixels. A larger image is scaled down to fit; a smaller one is never enlarged. */
  max_width?: number;
  max_height?: number;
  /** CPU time that the encoder may spend to save bytes. Default: `balanced`. */
  effort?: Effort;
  /** `copyright` keeps creators, copyright and credit. Default: `strip`. */
  metadata?: MetadataOption;
}

export const METADATA_OPTIONS = ['strip', 'copyright'] as const;
export type MetadataOption = (typeof METADATA_OPTIONS)[number];

export const EFFORTS = ['fast', 'balanced', 'small'] as const;
export type Effort = (typeof EFFORTS)[number];

export const OUTPUT_FORMATS = ['original', 'jpeg', 'png', 'webp', 'avif'] as const;
export type OutputFormat = (typeof OUTPUT_FORMATS)[number];
