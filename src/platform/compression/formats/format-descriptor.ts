import type { Sharp } from 'sharp';
import type { EncodePlan } from '../encode/encode-plan.js';
import type { ImageHeader } from '../inspect/image-header.js';

/** First bytes of a file; `null` matches any byte. */
export type Signature = readonly (number | null)[];

export const ascii = (text: string): readonly number[] => [...Buffer.from(text, 'latin1')];

/** Colors that a file describes without an ICC profile. */
export interface SourceColors {
  /** The same colors as an ICC profile; absent for sRGB. */
  profile?: Buffer;
  /** Converts interleaved pixels of three samples of 8 bits in place; absent for samples of RGB. */
  toSrgb?: (pixels: Buffer) => void;
  /** Whether the file has only gray samples although the library returns color. */
  isGray?: boolean;
  /** Whether opacity is coded from 16 to 235 of 255, which the library does not expand. */
  hasLimitedAlpha?: boolean;
  /** Whether colors exceed white (PQ or HLG). Conversion to sRGB loses them. */
  isHighDynamicRange: boolean;
}

/**
 * The properties and functions that are specific to one image format. `index.ts` lists the descriptors. The
 * app imports them too. A descriptor must not load sharp: `encode` imports its encoder on first use, in a
 * decoder process.
 */
export interface FormatDescriptor {
  /** File name extension without the dot. */
  extension: string;
  /** Media type of an artifact. */
  contentType: string;

  /** Detection by the first bytes. */
  signatures: readonly Signature[];
  /** Brands of an ISO media file (`ftyp`) that name this format. */
  brands?: readonly string[];
  /** Loader of libvips; all other loaders are blocked. */
  loader: string;

  /** Maximum side length that the format can store, in pixels. */
  maxSide: number;
  /** Meaning of several images in one file. They are kept if source and output have the same meaning. */
  frames: 'animation' | 'pages' | 'single';
  /** Number of frames of an encoded file. Absent if the encoder keeps all of them. */
  countFrames?: (bytes: Buffer) => number;
  /** Minimum quality; absent if quality does not affect the size. */
  qualityFloor?: number;

  /** Repairs a source that browsers show and the library rejects. Returns all other bytes unchanged. */
  makeReadable?: (bytes: Buffer) => Buffer;
  /**
   * Repairs a source that the library has rejected as damaged, if its pixels are complete. Not a part of
   * `makeReadable`, because these flaws are expensive to find.
   *
   * @returns undefined if the image is damaged
   */
  repair?: (bytes: Buffer) => Promise<Buffer | undefined>;
  /** `strip` gets the original bytes instead, because browsers show them as they are. */
  stripsOriginal?: true;
  /** Selects the page of the original bytes to read if the pages differ. */
  pageToRead?: (bytes: Buffer) => number | undefined;
  /** Browsers ignore the EXIF orientation. */
  ignoresOrientation?: true;
  /** Whether the file is animated although the library reads only one frame. */
  hasUnreadFrames?: (bytes: Buffer) => boolean;
  /** Whether bytes are missing at the end, for errors that do not report it. */
  isTruncated?: (bytes: Buffer) => boolean;
  /** Text that holds the XMP, for formats whose XMP the library does not return. */
  xmpText?: (bytes: Buffer) => string;
  /** Colors of a file without an ICC profile. */
  readColors?: (bytes: Buffer) => SourceColors;
  /** Adds an ICC profile to a file without one. If absent, the source is decoded to PNG first. */
  addProfile?: (bytes: Buffer, profile: Buffer) => Buffer;

  /**
   * Removes metadata without decoding. Returns undefined if the file must be re-encoded. May also return
   * undefined if more than `maxBytes` would remain.
   */
  strip: (bytes: Buffer, header: ImageHeader, maxBytes: number) => Buffer | undefined;
  /**
   * Adds EXIF with the orientation. Absent if EXIF does not rotate the image, or if `strip` keeps the
   * orientation.
   */
  addExif?: (bytes: Buffer, exif: Buffer) => Buffer;
  /** Adds XMP to a file without it. Absent if `strip` and the encoder write it. */
  addXmp?: (bytes: Buffer, xmp: Buffer) => Buffer;

  /** Encodes without metadata. */
  encode: (image: Sharp, plan: EncodePlan, header: ImageHeader) => Promise<Buffer>;

  /** Bytes of a whole source of `pixels` that the decoder holds. */
  decoderBytes: (header: ImageHeader, pixels: number, bytes: Buffer) => number;
  /**
   * Bytes that the encoder holds per output pixel, measured with 49 megapixels
   * (docs/adr/0029-decoder-memory-budget.md).
   */
  encoderBytesPerPixel: (plan: EncodePlan, header: ImageHeader) => number;
}
