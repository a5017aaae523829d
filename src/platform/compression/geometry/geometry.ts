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
 * Steps from the upright source to an output: extract `region`, scale it to `content`, apply `crop`, flatten, and
 * add `margins`.
 */
export interface Geometry {
  /** Part of the source within its uniform borders; absent if the entire source is used. */
  region?: Box;
  /** Size of the region after scaling. */
  content: Size;
  /** Part of the content to keep; absent if all of it is kept. `findCrop` adds the position. */
  crop?: Size & Partial<Box>;
  /** Absent if the output has no margins. */
  margins?: Margins;
  /** `#rrggbb` of margins and transparent pixels; absent if both are transparent. */
  background?: string;
  /** Whether the output has transparent pixels. */
  hasAlpha: boolean;
}
