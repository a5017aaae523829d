/**
 * Compression options of one output. Options with default values are omitted, so the keys of stored
 * artifacts do not change.
 */
export interface CompressionOptions {
  /**
   * 1 (smallest) to 100 (best). Ignored if `target_score` is set. The upper bound if only `max_bytes` is
   * set.
   */
  quality: number;
  /** `original` keeps the format of each image. */
  format: OutputFormat;
  /** Pixels, 1 to 16,384. A larger image is scaled down; a smaller one is enlarged only with `enlarge`. */
  max_width?: number;
  max_height?: number;
  /** How the image fits `max_width` and `max_height`. `pad` and `cover` require both. Default: `inside`. */
  fit?: Fit;
  /**
   * Color of margins and of transparent pixels: `#rrggbb`, or `transparent` if the format supports alpha.
   * Default: transparent if both source and format have alpha, otherwise white.
   */
  background?: string;
  /** Removes single-color borders first. Default: off. */
  trim?: true;
  /** Margin on each side in percent of the shorter side of the result, 0 to 40. Default: 0. */
  padding?: number;
  /** Scales a small image up to `max_width` and `max_height`. Default: off. */
  enlarge?: true;
  /** SSIMULACRA 2 score, 1 to 100. The lowest quality that reaches it is used (automatic quality). */
  target_score?: number;
  /** Maximum size of the result, in bytes. */
  max_bytes?: number;
  /** CPU time that the encoder may spend to save bytes. Default: `balanced`. */
  effort?: Effort;
  /** `copyright` keeps the creators, copyright and credit. Default: `strip`. */
  metadata?: MetadataOption;
}

/**
 * `inside` scales the image into the box. `pad` also adds margins to fill the box. `cover` fills the box and crops
 * the image around the part that attracts the most attention.
 */
export const FITS = ['inside', 'pad', 'cover'] as const;
export type Fit = (typeof FITS)[number];

export const METADATA_OPTIONS = ['strip', 'copyright'] as const;
export type MetadataOption = (typeof METADATA_OPTIONS)[number];

export const EFFORTS = ['fast', 'balanced', 'small'] as const;
export type Effort = (typeof EFFORTS)[number];

export const OUTPUT_FORMATS = ['original', 'jpeg', 'png', 'webp', 'avif'] as const;
export type OutputFormat = (typeof OUTPUT_FORMATS)[number];
