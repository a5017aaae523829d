import { hasFullRange } from '../avif/av1-sequence.js';
import { findAlpha } from '../avif/alpha-item.js';
import {
  type AvifItem,
  type AvifMeta,
  type AvifProperty,
  readAvifMeta,
} from '../avif/avif-items.js';
import {
  type CodingPoints,
  selectColors,
  isHighDynamicRange,
  isSrgbLike,
} from './coding-points.js';
import { createProfile } from './hdr-profile.js';
import type { SourceColors } from '../formats/format-descriptor.js';
import { grayProfile } from './icc-profile.js';

/** Colors of an AVIF by its `nclx` property, which the library ignores. */
export function avifColors(bytes: Buffer): SourceColors {
  const meta = readAvifMeta(bytes);
  const points = avifPoints(meta);
  const isGray = isMonochrome(meta);
  const isHigh = points !== undefined && isHighDynamicRange(points);
  const profile = avifProfile(bytes, meta, points, isGray);
  const hasLimitedAlpha = !isAlphaFullRange(bytes, meta);
  return { isHighDynamicRange: isHigh, isGray, hasLimitedAlpha, ...(profile ? { profile } : {}) };
}

function avifProfile(
  bytes: Buffer,
  meta: AvifMeta | undefined,
  points: CodingPoints = SRGB_POINTS,
  isGray: boolean,
): Buffer | undefined {
  if (isGray && !isHighDynamicRange(points) && !isFullRange(bytes, meta)) {
    const [, transfer] = selectColors(points);
    return grayProfile((sample) => transfer(expandLimitedRange(sample)));
  }
  return isSrgbLike(points) ? undefined : createProfile(points, isGray, readPeakLuminance(bytes));
}

const SRGB_POINTS: CodingPoints = { primaries: 1, transfer: 13 };

/** Black is 16 and white is 235 of 255. The library converts them in color images only. */
const expandLimitedRange = (sample: number): number =>
  Math.min(1, Math.max(0, (sample * 255 - 16) / 219));

function avifPoints(meta: AvifMeta | undefined): CodingPoints | undefined {
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

const CODING_BYTES = 4;

/** The property `av1C` of the primary item (AV1 Codec ISO Media File Format Binding, 2.3). */
const codingOf = (properties: AvifProperty[] | undefined): Buffer | undefined =>
  properties?.find(({ type, payload }) => type === 'av1C' && payload.length >= CODING_BYTES)
    ?.payload;

const isMonochrome = (meta: AvifMeta | undefined): boolean =>
  ((codingOf(meta?.primary?.properties)?.[2] ?? 0) & 0x10) !== 0;

/** By `nclx`, else by the sequence header: a copy follows `av1C`, or it begins the image data. */
function isFullRange(bytes: Buffer, meta: AvifMeta | undefined): boolean {
  const nclx = findNclx(meta?.primary?.properties);
  if (nclx) return (nclx[NCLX_BYTES - 1] & 0x80) !== 0;
  return isItemFullRange(bytes, meta?.primary);
}

function isAlphaFullRange(bytes: Buffer, meta: AvifMeta | undefined): boolean {
  return isItemFullRange(bytes, meta && findAlpha(bytes, meta));
}

interface CodedItem {
  item?: AvifItem;
  properties: AvifProperty[];
}

/** @returns true for an item without a sequence header of a monochrome image */
function isItemFullRange(bytes: Buffer, coded: CodedItem | undefined): boolean {
  const copy = codingOf(coded?.properties)?.subarray(CODING_BYTES) ?? Buffer.alloc(0);
  const { extents: [extent] = [], isInMeta } = coded?.item ?? {};
  const data = extent && !isInMeta ? bytes.subarray(extent.start) : Buffer.alloc(0);
  return hasFullRange(copy) ?? hasFullRange(data) ?? true;
}

/** Peak luminance in nits: of the content (`clli`), else of the mastering display (`mdcv`). */
function readPeakLuminance(bytes: Buffer): number | undefined {
  const properties = readAvifMeta(bytes)?.properties ?? [];
  const content = properties.find(({ type }) => type === 'clli')?.payload;
  const display = properties.find(({ type }) => type === 'mdcv')?.payload;
  const picture = content && content.length >= 4 ? content.readUInt16BE(0) : 0;
  const mastering = display && display.length >= 24 ? display.readUInt32BE(16) / 10_000 : 0;
  return picture || mastering || undefined;
}
