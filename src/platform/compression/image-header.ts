import type { ImageError } from './image-errors.js';
import type { ImageFormat } from './image-format.js';

/** What the header says; no pixel has been decoded. */
export interface ImageHeader {
  format: ImageFormat;
  /** Pixels of one frame, upright. */
  width: number;
  height: number;
  /** Frames of an animation, pages of a TIFF. */
  frames: number;
  /** How long each frame of an animation is shown, in milliseconds. */
  delays?: readonly number[];
  hasAlpha: boolean;
  /** Bytes of one pixel as the library decodes it. */
  bytesPerPixel: number;
  /** A progressive JPEG, an interlaced PNG or GIF. */
  isProgressive: boolean;
  hasPalette: boolean;
  isGray: boolean;
  /** An animated PNG or AVIF, of which the library reads one frame only. */
  hasUnreadFrames: boolean;
  /** The page of a TIFF that is read where its pages differ; else absent. */
  page?: number;
  /** One bit a pixel, in a TIFF. */
  isBilevel: boolean;
  /** Color of 16 bits a sample, and a profile: the library converts such to Display P3. */
  isDeepWithProfile: boolean;
  /** Gray of 16 bits a sample, and a profile, which the library ignores. */
  isDeepGrayWithProfile: boolean;
  /** A color for each pixel: not halved, as most JPEGs have it. */
  hasFullChroma: boolean;
  /** Shown as it is stored: neither turned nor mirrored by EXIF. */
  upright: boolean;
  /** EXIF orientation, 1 to 8. */
  orientation: number;
  /** Colors mean sRGB (or gray) as they are stored. */
  srgb: boolean;
  /** Colors as the file describes them, where the library does not read that. */
  sourceProfile?: Buffer;
  /** Brighter than white: conversion to sRGB loses it. */
  isHighDynamicRange: boolean;
  /** XMP that tells how the picture was made. */
  provenance?: Buffer;
  /** Too many pixels over all frames, or frames, to decode. */
  overBudget?: ImageError;
}
