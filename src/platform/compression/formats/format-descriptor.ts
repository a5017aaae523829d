import type { Sharp } from 'sharp';
import type { EncodePlan } from '../encode/encode-plan.js';
import type { ImageHeader } from '../inspect/image-header.js';

/** First bytes of a file; `null` matches any byte. */
export type Signature = readonly (number | null)[];

export const toAsciiBytes = (text: string): readonly number[] => [...Buffer.from(text, 'latin1')];

/** Colors that a file describes without an ICC profile. */
export interface SourceColors {
  /** The same colors as an ICC profile; absent for sRGB. */
  profile?: Buffer;
  /** Converts interleaved pixels of three 8-bit samples in place; absent for RGB samples. */
  convertToSrgb?: (pixels: Buffer) => void;
  /** Whether the file has only gray samples although sharp returns color. */
  isGray?: boolean;
  /** Whether opacity is coded in the limited range from 16 to 235, which sharp does not expand. */
  hasLimitedAlpha?: boolean;
  /** Whether colors exceed white (PQ or HLG). Conversion to sRGB loses them. */
  isHighDynamicRange: boolean;
}

/**
 * The properties and functions that are specific to one image format. `index.ts` lists the descriptors. The
 * app also imports them, so a descriptor must not load sharp. `encodeImage` imports its encoder on first use, in a
 * decoder process.
 */
export interface FormatDescriptor {
  /** File name extension without the dot. */
  extension: string;
  /** Media type of an artifact. */
  contentType: string;

  /** First bytes by which the format is detected. */
  signatures: readonly Signature[];
  /** Brands of an ISO media file (`ftyp`) that name this format. */
  brands?: readonly string[];
  /** libvips loader. All other loaders are blocked. */
  loader: string;

  /** Maximum side length that the format can store, in pixels. */
  maxSide: number;
  /** What multiple images in one file represent. All of them are kept if the source and output formats agree. */
  frames: 'animation' | 'pages' | 'single';
  /** Counts the frames of an encoded file. Absent if the encoder keeps all of them. */
  countFrames?: (bytes: Buffer) => number;
  /** Minimum quality; absent if quality does not affect the size. */
  minQuality?: number;

  /** Repairs a source that browsers show but sharp rejects. Returns all other files unchanged. */
  makeReadable?: (bytes: Buffer) => Buffer;
  /**
   * Repairs a source that sharp has rejected as damaged, if its pixels are complete. Not part of
   * `makeReadable`, because these flaws are expensive to find.
   *
   * @returns undefined if the image is damaged
   */
  repairImage?: (bytes: Buffer) => Promise<Buffer | undefined>;
  /** `stripMetadata` receives the original bytes instead of the readable ones, because browsers can show them. */
  stripsOriginal?: true;
  /** If the pages of the original file differ, returns the index of the page to read. */
  selectPage?: (bytes: Buffer) => number | undefined;
  /** Browsers ignore the EXIF orientation. */
  ignoresOrientation?: true;
  /** Returns whether the file is animated although sharp reads only one frame. */
  hasUnreadFrames?: (bytes: Buffer) => boolean;
  /** Returns whether bytes are missing at the end. Called if the decoding error does not say so. */
  isTruncated?: (bytes: Buffer) => boolean;
  /** Returns text that contains the XMP, for formats whose XMP sharp does not return. */
  readXmpText?: (bytes: Buffer) => string;
  /** Reads the colors of a file without an ICC profile. */
  readColors?: (bytes: Buffer) => SourceColors;
  /** Adds an ICC profile to a file without one. If absent, the source is decoded to PNG first. */
  addProfile?: (bytes: Buffer, profile: Buffer) => Buffer;

  /**
   * Removes metadata without decoding. Returns undefined if the file must be re-encoded. May also return
   * undefined if more than `maxBytes` would remain.
   */
  stripMetadata: (bytes: Buffer, header: ImageHeader, maxBytes: number) => Buffer | undefined;
  /**
   * Adds EXIF with the orientation. Absent if EXIF does not rotate the image, or if `stripMetadata` keeps the
   * orientation.
   */
  addExif?: (bytes: Buffer, exif: Buffer) => Buffer;
  /** Adds XMP to a file without it. Absent if `stripMetadata` and the encoder write it. */
  addXmp?: (bytes: Buffer, xmp: Buffer) => Buffer;

  /** Encodes without metadata. */
  encodeImage: (image: Sharp, plan: EncodePlan, header: ImageHeader) => Promise<Buffer>;

  /** Estimates the memory that the decoder needs for a source with this number of pixels, in bytes. */
  estimateDecoderBytes: (header: ImageHeader, pixelCount: number, bytes: Buffer) => number;
  /**
   * Estimates the encoder memory per output pixel in bytes, as measured at 49 megapixels
   * (docs/adr/0029-decoder-memory-budget.md).
   */
  estimateEncoderBytesPerPixel: (plan: EncodePlan, header: ImageHeader) => number;
}
