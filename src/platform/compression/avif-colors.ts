import { readAvifMeta } from './avif-items.js';
import {
  type CodingPoints,
  isHighDynamicRange,
  isSrgbLike,
  profileOfPoints,
} from './coding-points.js';
import type { SourceColors } from './formats/format-descriptor.js';

/** Colors of an AVIF by its `nclx` property, which the library ignores. */
export function avifColors(bytes: Buffer): SourceColors {
  const points = avifPoints(bytes);
  const profile = !points || isSrgbLike(points) ? undefined : profileOfPoints(points, false);
  const isHigh = points !== undefined && isHighDynamicRange(points);
  return { isHighDynamicRange: isHigh, ...(profile ? { profile } : {}) };
}

function avifPoints(bytes: Buffer): CodingPoints | undefined {
  const colors = readAvifMeta(bytes)?.colors ?? [];
  const nclx = colors.find((color) => color.toString('latin1', 0, 4) === 'nclx');
  if (!nclx || nclx.length < 8) return undefined;
  return { primaries: nclx.readUInt16BE(4), transfer: nclx.readUInt16BE(6) };
}
