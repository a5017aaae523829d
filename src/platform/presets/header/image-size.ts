/** Size and kind of an image, from the first bytes of its file. */
export interface ImageSize {
  /** Pixels, after orientation. */
  width: number;
  height: number;
  animated: boolean;
}

/** EXIF orientations 5 to 8 exchange width and height. */
export const applyOrientation = (width: number, height: number, orientation: number): ImageSize =>
  orientation >= 5 && orientation <= 8
    ? { width: height, height: width, animated: false }
    : { width, height, animated: false };
