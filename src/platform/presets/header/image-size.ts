/** Dimensions of an image, and whether it is animated. */
export interface ImageSize {
  /** Width in pixels, after applying the orientation. */
  width: number;
  height: number;
  animated: boolean;
}

/** Applies the orientation. EXIF orientations 5 to 8 swap width and height. */
export const applyOrientation = (width: number, height: number, orientation: number): ImageSize =>
  orientation >= 5 && orientation <= 8
    ? { width: height, height: width, animated: false }
    : { width, height, animated: false };
