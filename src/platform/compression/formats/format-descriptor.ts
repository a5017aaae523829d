import type { Sharp } from 'sharp';
import type { EncodePlan } from '../encode-plan.js';
import type { ImageHeader } from '../image-header.js';

/** First bytes of a file; `null` matches any byte. */
export type Signature = readonly (number | null)[];

export const ascii = (text: string): readonly number[] => [...Buffer.from(text, 'latin1')];

/** Colors as a file describes them by other means than an ICC profile. */
export interface SourceColors {
  /** The same colors as an ICC profile; absent where they mean sRGB. */
  profile?: Buffer;
  /** Brighter than white (PQ or HLG): conversion to sRGB loses it. */
  isHighDynamicRange: boolean;
}

/**
 * Everything that is specific to one image format. `index.ts` lists the descriptors. The app imports them too,
 * so none may load sharp: `encode` imports its encoder on first use, in a decoder process.
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
  /** Loader of libvips; all others are blocked. */
  loader: string;

  /** Longest side that the format can store, in pixels. */
  maxSide: number;
  /** What several pictures in one file are. A file keeps them where source and output agree. */
  frames: 'animation' | 'pages' | 'single';
  /** Frames of an encoded file. Absent where the encoder keeps all of them. */
  countFrames?: (bytes: Buffer) => number;
  /** Lowest quality that may be used; absent where quality changes no size. */
  qualityFloor?: number;

  /** Makes a source readable that browsers show and the library refuses. Returns the same bytes otherwise. */
  makeReadable?: (bytes: Buffer) => Buffer;
  /** The page to read where pages differ. */
  pageToRead?: (bytes: Buffer) => number | undefined;
  /** Browsers do not turn the picture by its EXIF. */
  ignoresOrientation?: true;
  /** Whether the file is animated although the library reads one frame only. */
  hasUnreadFrames?: (bytes: Buffer) => boolean;
  /** Whether bytes are missing at the end, for errors that do not say so. */
  lacksItsEnd?: (bytes: Buffer) => boolean;
  /** Text that holds the XMP, where the library does not return it. */
  xmpText?: (bytes: Buffer) => string;
  /** Colors of a file without an ICC profile. */
  readColors?: (bytes: Buffer) => SourceColors;
  /** Adds an ICC profile to a file without one. Without this function the source is decoded to PNG first. */
  addProfile?: (bytes: Buffer, profile: Buffer) => Buffer;

  /**
   * Removes metadata without decoding. Returns nothing where the file has to be encoded again; may do so, too,
   * where more than `atMost` bytes would be left.
   */
  strip: (bytes: Buffer, header: ImageHeader, atMost: number) => Buffer | undefined;
  /** Adds EXIF that holds the orientation. Absent where EXIF does not turn the picture, or `strip` keeps it. */
  addExif?: (bytes: Buffer, exif: Buffer) => Buffer;
  /** Adds XMP to a file without it. Absent where `strip` and the encoder write it. */
  addXmp?: (bytes: Buffer, xmp: Buffer) => Buffer;

  /** Encodes without metadata. */
  encode: (image: Sharp, plan: EncodePlan, header: ImageHeader) => Promise<Buffer>;

  /** Bytes of memory that the decoder holds of a whole source of `pixels`. */
  decoderBytes: (header: ImageHeader, pixels: number, bytes: Buffer) => number;
  /**
   * Bytes that the encoder holds for each pixel of its output, measured with 49 megapixels
   * (docs/adr/0029-memory-budget-of-decoders.md).
   */
  encoderBytesPerPixel: (plan: EncodePlan, header: ImageHeader) => number;
}
