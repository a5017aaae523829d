import type { ImageError } from '../image-errors.js';
import type { ImageFormat } from './image-format.js';

/** Properties read from the header, without decoding pixels. */
export interface ImageHeader {
  format: ImageFormat;
  /** Pixels of one frame, after orientation. */
  width: number;
  height: number;
  /** Number of animation frames or TIFF pages. */
  frames: number;
  /** Duration of each frame of an animation, in milliseconds. */
  delays?: readonly number[];
  /** Number of times that an animation plays; 0 means forever. */
  loop?: number;
  hasAlpha: boolean;
  /** Bytes of one pixel as sharp decodes it. */
  bytesPerPixel: number;
  /** A progressive JPEG, or an interlaced PNG or GIF. */
  isProgressive: boolean;
  hasPalette: boolean;
  isGray: boolean;
  /** An animated PNG or AVIF. Sharp reads only one of its frames. */
  hasUnreadFrames: boolean;
  /** The TIFF page to read if the pages differ; otherwise absent. */
  page?: number;
  /** One bit per pixel, in a TIFF. */
  isBilevel: boolean;
  /** Color with 16 bits per sample and a profile. Sharp converts it to Display P3. */
  isDeepWithProfile: boolean;
  /** Gray with 16 bits per sample and a profile, which sharp ignores. */
  isDeepGrayWithProfile: boolean;
  /** No chroma subsampling (4:4:4), unlike in most JPEGs. */
  hasFullChroma: boolean;
  /** EXIF neither rotates nor mirrors the image. */
  isUpright: boolean;
  /** EXIF orientation, 1 to 8. */
  orientation: number;
  /** The stored colors are sRGB (or gray). */
  isSrgb: boolean;
  /** ICC profile for colors that the file describes in a form that sharp cannot read. */
  sourceProfile?: Buffer;
  /** Converts decoded pixels that sharp treats as RGB (`SourceColors.convertToSrgb`). */
  convertToSrgb?: (pixels: Buffer) => void;
  /** Opacity is coded in the limited range from 16 to 235, which sharp does not expand. */
  hasLimitedAlpha?: boolean;
  /** HDR: highlights are brighter than sRGB white, and a conversion would lose them. */
  isHighDynamicRange: boolean;
  /** XMP to keep in the result: the source type and, if requested, the rights. */
  keptXmp?: Buffer;
  /** The part of `keptXmp` that contains the source type. */
  sourceTypeXmp?: Buffer;
  /** Error if the image has too many frames, or too many pixels over all frames, to be decoded. */
  limitError?: ImageError;
}
