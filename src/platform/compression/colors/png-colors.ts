import { deflateSync } from 'node:zlib';
import {
  type CodingPoints,
  selectColors,
  isHighDynamicRange,
  isSrgbLike,
  isSupportedByPng,
  SRGB_PRIMARIES,
} from './coding-points.js';
import { createProfile } from './hdr-profile.js';
import type { SourceColors } from '../formats/format-descriptor.js';
import { grayProfile, type Primaries, rgbProfile } from './icc-profile.js';
import { insertPngChunk } from '../png/png-chunk.js';
import { pngChunks } from '../metadata/strip-png.js';

/** Returns the colors of a PNG by its chunks cICP, gAMA and cHRM, all of which the library ignores. */
export function pngColors(bytes: Buffer): SourceColors {
  const chunks = headChunks(bytes);
  const points = pngPoints(chunks);
  const profile = pngProfile(chunks, points);
  const isHigh = points !== undefined && isHighDynamicRange(points);
  return { isHighDynamicRange: isHigh, ...(profile ? { profile } : {}) };
}

/** Adds the chunk iCCP. */
export function addPngProfile(bytes: Buffer, profile: Buffer): Buffer {
  const name = Buffer.from('source\0\0', 'latin1');
  return insertPngChunk(bytes, 'iCCP', Buffer.concat([name, deflateSync(profile)]));
}

/** gAMA value of the sRGB curve, and its tolerance without a visible difference. */
const SRGB_GAMMA = 45_455;
const GAMMA_TOLERANCE = 1500;
const CHROMATICITY_TOLERANCE = 0.005;

/** Chunks before the image data. */
function headChunks(bytes: Buffer): Map<string, Buffer> {
  const found = new Map<string, Buffer>();
  for (const { type, payload } of pngChunks(bytes)) {
    if (type === 'IDAT') break;
    found.set(type, payload);
  }
  return found;
}

function pngPoints(chunks: Map<string, Buffer>): CodingPoints | undefined {
  const cicp = chunks.get('cICP');
  if (cicp?.length !== 4) return undefined;
  const points = { primaries: cicp[0], transfer: cicp[1], television: (v: number) => v ** 2.4 };
  return isSupportedByPng(points) ? points : undefined;
}

function pngProfile(
  chunks: Map<string, Buffer>,
  points: CodingPoints | undefined,
): Buffer | undefined {
  const header = chunks.get('IHDR');
  if (!header || header.length < 13) return undefined;
  const isGray = (header[9] & 2) === 0;
  if (points) {
    return isSrgbLike(points)
      ? undefined
      : createProfile(points, isGray, readPeakLuminance(chunks));
  }
  if (chunks.has('iCCP') || chunks.has('sRGB')) return undefined;
  const gamma = readGamma(chunks.get('gAMA'));
  const exponent = gamma > 0 ? 100_000 / gamma : 2.2;
  const primaries = readChromaticities(chunks.get('cHRM'));
  const isOrdinaryGamma = gamma === 0 || Math.abs(gamma - SRGB_GAMMA) < GAMMA_TOLERANCE;
  if (isOrdinaryGamma && (isGray || isSrgb(primaries))) return undefined;
  const transfer = isOrdinaryGamma
    ? selectColors({ primaries: 1, transfer: 13 })[1]
    : (sample: number) => sample ** exponent;
  return isGray ? grayProfile(transfer) : rgbProfile(primaries, transfer);
}

/** Peak luminance in nits: of the content, else of the mastering display. */
function readPeakLuminance(chunks: Map<string, Buffer>): number | undefined {
  const [content, display] = [chunks.get('cLLI'), chunks.get('mDCV')];
  const picture = content?.length === 8 ? content.readUInt32BE(0) : 0;
  const mastering = display?.length === 24 ? display.readUInt32BE(16) : 0;
  return (picture || mastering) / 10_000 || undefined;
}

const readGamma = (chunk: Buffer | undefined): number =>
  chunk?.length === 4 ? chunk.readUInt32BE(0) : 0;

function readChromaticities(chunk: Buffer | undefined): Primaries {
  if (chunk?.length !== 32) return SRGB_PRIMARIES;
  const [white, red, green, blue] = [0, 8, 16, 24].map((at) => ({
    x: chunk.readUInt32BE(at) / 100_000,
    y: chunk.readUInt32BE(at + 4) / 100_000,
  }));
  return { white, red, green, blue };
}

function isSrgb(primaries: Primaries): boolean {
  return (['white', 'red', 'green', 'blue'] as const).every((name) => {
    const [{ x, y }, wanted] = [primaries[name], SRGB_PRIMARIES[name]];
    return Math.max(Math.abs(x - wanted.x), Math.abs(y - wanted.y)) < CHROMATICITY_TOLERANCE;
  });
}
