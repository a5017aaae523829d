import type { ImageError } from '../image-errors.js';
import type { ImageFormat } from './image-format.js';

/** Properties read from the header, without decoding pixels. */
export interface ImageHeader {
  format: ImageFormat;
  /** Pixels of one frame, after orientation. */
  width: number;
  height: number;
  /** Frames of an animation, pages of a TIFF. */
  frames: number;
  /** Duration of each frame of an animation, in milliseconds. */
  delays?: readonly number[];
  /** Number of times that an animation plays; 0 means forever. */
  loop?: number;
  hasAlpha: boolean;
  /** Bytes of one pixel as the library decodes it. */
  bytesPerPixel: number;
  /** A progressive JPEG, an interlaced PNG or GIF. */
  isProgressive: boolean;
  hasPalette: boolean;
  isGray: boolean;
  /** An animated PNG or AVIF, of which the library reads only one frame. */
  hasUnreadFrames: boolean;
  /** The page of a TIFF that is read if its pages differ; else absent. */
  page?: number;
  /** One bit per pixel, in a TIFF. */
  isBilevel: boolean;
  /** Color with 16 bits per sample and a profile. The library converts it to Display P3. */
  isDeepWithProfile: boolean;
  /** Gray with 16 bits per sample and a profile, which the library ignores. */
  isDeepGrayWithProfile: boolean;
  /** No chroma subsampling (4:4:4), unlike in most JPEGs. */
  hasFullChroma: boolean;
  /** Shown as stored: EXIF neither rotates nor mirrors it. */
  isUpright: boolean;
  /** EXIF orientation, 1 to 8. */
  orientation: number;
  /** The stored colors are sRGB (or gray). */
  isSrgb: boolean;
  /** ICC profile for colors that the file describes in a form that the library does not read. */
  sourceProfile?: Buffer;
  /** Converts decoded pixels that the library takes for RGB (`SourceColors.toSrgb`). */
  toSrgb?: (pixels: Buffer) => void;
  /** Opacity is coded from 16 to 235 of 255, which the library does not expand. */
  hasLimitedAlpha?: boolean;
  /** HDR: highlights are brighter than the white of sRGB, and a conversion would lose them. */
  isHighDynamicRange: boolean;
  /** XMP of the result: the source type and, if requested, the rights. */
  keptXmp?: Buffer;
  /** The part of `keptXmp` with the source type. */
  sourceTypeXmp?: Buffer;
  /** Error for too many pixels over all frames, or too many frames, to decode. */
  limitError?: ImageError;
}
