import type { ImageFormat } from './image-format.js';

/** What the header says; no pixel has been decoded. */
export interface ImageHeader {
  format: ImageFormat;
  /** Pixels of one frame, upright. */
  width: number;
  height: number;
  /** Frames of an animation, pages of a TIFF. */
  frames: number;
  hasAlpha: boolean;
  /** Bytes of one pixel as the library decodes it. */
  bytesPerPixel: number;
  /** A progressive JPEG, an interlaced PNG or GIF. */
  isProgressive: boolean;
  hasPalette: boolean;
  isGray: boolean;
  /** An animation of which the library reads the first frame only. */
  isAnimatedPng: boolean;
  /** Shown as it is stored: neither turned nor mirrored by EXIF. */
  upright: boolean;
  /** Colors mean sRGB (or gray) as they are stored. */
  srgb: boolean;
  /** EXIF, XMP or IPTC blocks, as far as the library reports them. */
  hasMetadata: boolean;
}
