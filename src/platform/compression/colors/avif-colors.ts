import { hasFullRange } from '../avif/av1-sequence.js';
import { findAlphaItem } from '../avif/alpha-item.js';
import {
  type AvifItem,
  type AvifMeta,
  type AvifProperty,
  readAvifMeta,
} from '../avif/avif-items.js';
import { type CodePoints, selectColors, isHighDynamicRange, isSrgbLike } from './code-points.js';
import { createCodePointProfile } from './hdr-profile.js';
import type { SourceColors } from '../formats/format-descriptor.js';
import { createGrayProfile } from './icc-profile.js';

/** Reads the colors of an AVIF from its `nclx` property, which sharp ignores. */
export function readAvifColors(bytes: Buffer): SourceColors {
  const meta = readAvifMeta(bytes);
  const points = readCodePoints(meta);
  const isGray = isMonochrome(meta);
  const isHdr = points !== undefined && isHighDynamicRange(points);
  const profile = createAvifProfile(bytes, meta, points, isGray);
  const hasLimitedAlpha = !isAlphaFullRange(bytes, meta);
  return { isHighDynamicRange: isHdr, isGray, hasLimitedAlpha, ...(profile ? { profile } : {}) };
}

function createAvifProfile(
  bytes: Buffer,
  meta: AvifMeta | undefined,
  points: CodePoints = SRGB_POINTS,
  isGray: boolean,
): Buffer | undefined {
  if (isGray && !isHighDynamicRange(points) && !isFullRange(bytes, meta)) {
    const [, transfer] = selectColors(points);
    return createGrayProfile((sample) => transfer(expandLimitedRange(sample)));
  }
  return isSrgbLike(points)
    ? undefined
    : createCodePointProfile(points, isGray, readPeakLuminance(bytes));
}

const SRGB_POINTS: CodePoints = { primaries: 1, transfer: 13 };

/** Expands samples from 16 (black) to 235 (white). Sharp does this only for color images. */
const expandLimitedRange = (sample: number): number =>
  Math.min(1, Math.max(0, (sample * 255 - 16) / 219));

function readCodePoints(meta: AvifMeta | undefined): CodePoints | undefined {
  const nclx = findNclx(meta?.properties);
  return nclx && { primaries: nclx.readUInt16BE(4), transfer: nclx.readUInt16BE(6) };
}

const NCLX_BYTES = 11;

const findNclx = (properties: AvifProperty[] = []): Buffer | undefined =>
  properties.find(
    ({ type, payload }) =>
      type === 'colr' &&
      payload.toString('latin1', 0, 4) === 'nclx' &&
      payload.length >= NCLX_BYTES,
  )?.payload;

const AV1C_BYTES = 4;

/** Finds the `av1C` property of an item (AV1 Codec ISO Media File Format Binding, 2.3). */
const findCodingConfiguration = (properties: AvifProperty[] | undefined): Buffer | undefined =>
  properties?.find(({ type, payload }) => type === 'av1C' && payload.length >= AV1C_BYTES)?.payload;

const isMonochrome = (meta: AvifMeta | undefined): boolean =>
  ((findCodingConfiguration(meta?.primary?.properties)?.[2] ?? 0) & 0x10) !== 0;

/** Reads the range from `nclx`, otherwise from the sequence header in `av1C` or at the start of the image data. */
function isFullRange(bytes: Buffer, meta: AvifMeta | undefined): boolean {
  const nclx = findNclx(meta?.primary?.properties);
  if (nclx) return (nclx[NCLX_BYTES - 1] & 0x80) !== 0;
  return isItemFullRange(bytes, meta?.primary);
}

function isAlphaFullRange(bytes: Buffer, meta: AvifMeta | undefined): boolean {
  return isItemFullRange(bytes, meta && findAlphaItem(bytes, meta));
}

interface CodedItem {
  item?: AvifItem;
  properties: AvifProperty[];
}

/** @returns true for an item without a sequence header of a monochrome image */
function isItemFullRange(bytes: Buffer, codedItem: CodedItem | undefined): boolean {
  const headerCopy =
    findCodingConfiguration(codedItem?.properties)?.subarray(AV1C_BYTES) ?? Buffer.alloc(0);
  const { extents: [extent] = [], isInMeta } = codedItem?.item ?? {};
  const data = extent && !isInMeta ? bytes.subarray(extent.start) : Buffer.alloc(0);
  return hasFullRange(headerCopy) ?? hasFullRange(data) ?? true;
}

/** Returns the peak luminance of the content (`clli`), otherwise of the mastering display (`mdcv`), in nits. */
function readPeakLuminance(bytes: Buffer): number | undefined {
  const properties = readAvifMeta(bytes)?.properties ?? [];
  const content = properties.find(({ type }) => type === 'clli')?.payload;
  const display = properties.find(({ type }) => type === 'mdcv')?.payload;
  const contentPeak = content && content.length >= 4 ? content.readUInt16BE(0) : 0;
  const displayPeak = display && display.length >= 24 ? display.readUInt32BE(16) / 10_000 : 0;
  return contentPeak || displayPeak || undefined;
}
