import { readAvifMeta } from './avif-items.js';
import { type CodingPoints, isHighDynamicRange, isSrgbLike } from './coding-points.js';
import { profileOfPoints } from './hdr-profile.js';
import type { SourceColors } from './formats/format-descriptor.js';

/** Colors of an AVIF by its `nclx` property, which the library ignores. */
export function avifColors(bytes: Buffer): SourceColors {
  const points = avifPoints(bytes);
  const profile =
    !points || isSrgbLike(points) ? undefined : profileOfPoints(points, false, peakOf(bytes));
  const isHigh = points !== undefined && isHighDynamicRange(points);
  return { isHighDynamicRange: isHigh, ...(profile ? { profile } : {}) };
}

function avifPoints(bytes: Buffer): CodingPoints | undefined {
  const properties = readAvifMeta(bytes)?.properties ?? [];
  const nclx = properties.find(
    ({ type, payload }) => type === 'colr' && payload.toString('latin1', 0, 4) === 'nclx',
  )?.payload;
  if (!nclx || nclx.length < 8) return undefined;
  return { primaries: nclx.readUInt16BE(4), transfer: nclx.readUInt16BE(6) };
}

/** Peak luminance in nits: of the content (`clli`), else of the mastering display (`mdcv`). */
function peakOf(bytes: Buffer): number | undefined {
  const properties = readAvifMeta(bytes)?.properties ?? [];
  const content = properties.find(({ type }) => type === 'clli')?.payload;
  const display = properties.find(({ type }) => type === 'mdcv')?.payload;
  const picture = content && content.length >= 4 ? content.readUInt16BE(0) : 0;
  const mastering = display && display.length >= 24 ? display.readUInt32BE(16) / 10_000 : 0;
  return picture || mastering || undefined;
}
