export interface Size {
  width: number;
  height: number;
}

/** A rectangle of whole pixels. */
export interface Box extends Size {
  left: number;
  top: number;
}

/** Widths of the margins, in pixels. */
export interface Margins {
  top: number;
  right: number;
  bottom: number;
  left: number;
}

/**
 * Steps from the upright source to an output, apart from scaling: region -> scaled to `content` ->
 * `crop` -> flattened -> `margins`.
 */
export interface Geometry {
  /** Part of the source within its uniform borders; absent for all of it. */
  region?: Box;
  /** Size of the region after scaling. */
  content: Size;
  /** Part of the content that is kept; absent for all of it. Without a position, the pixels decide it. */
  crop?: Size & Partial<Box>;
  /** Absent without margins. */
  margins?: Margins;
  /** `#rrggbb` of margins and transparent pixels; absent if both are transparent. */
  background?: string;
  /** Whether the output has transparent pixels. */
  hasAlpha: boolean;
}
