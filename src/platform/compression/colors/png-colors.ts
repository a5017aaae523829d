import { deflateSync } from 'node:zlib';
import {
  type CodePoints,
  selectColors,
  isHighDynamicRange,
  isSrgbLike,
  isSupportedInPng,
  SRGB_PRIMARIES,
} from './code-points.js';
import { createCodePointProfile } from './hdr-profile.js';
import type { SourceColors } from '../formats/format-descriptor.js';
import { createGrayProfile, type Primaries, createRgbProfile } from './icc-profile.js';
import { insertPngChunk } from '../png/png-chunk.js';
import { readPngChunks } from '../metadata/strip-png.js';

/** Reads the colors of a PNG from its cICP, gAMA and cHRM chunks, which sharp ignores. */
export function readPngColors(bytes: Buffer): SourceColors {
  const chunks = readHeaderChunks(bytes);
  const points = readCodePoints(chunks);
  const profile = createPngProfile(chunks, points);
  const isHdr = points !== undefined && isHighDynamicRange(points);
  return { isHighDynamicRange: isHdr, ...(profile ? { profile } : {}) };
}

/** Adds an iCCP chunk. */
export function addPngProfile(bytes: Buffer, profile: Buffer): Buffer {
  const name = Buffer.from('source\0\0', 'latin1');
  return insertPngChunk(bytes, 'iCCP', Buffer.concat([name, deflateSync(profile)]));
}

/** gAMA value of the sRGB curve, and the tolerance within which a difference is invisible. */
const SRGB_GAMMA = 45_455;
const GAMMA_TOLERANCE = 1500;
const CHROMATICITY_TOLERANCE = 0.005;

/** Returns the chunks that precede the image data. */
function readHeaderChunks(bytes: Buffer): Map<string, Buffer> {
  const headerChunks = new Map<string, Buffer>();
  for (const { type, payload } of readPngChunks(bytes)) {
    if (type === 'IDAT') break;
    headerChunks.set(type, payload);
  }
  return headerChunks;
}

function readCodePoints(chunks: Map<string, Buffer>): CodePoints | undefined {
  const cicp = chunks.get('cICP');
  if (cicp?.length !== 4) return undefined;
  const points = {
    primaries: cicp[0],
    transfer: cicp[1],
    televisionTransfer: (v: number) => v ** 2.4,
  };
  return isSupportedInPng(points) ? points : undefined;
}

function createPngProfile(
  chunks: Map<string, Buffer>,
  points: CodePoints | undefined,
): Buffer | undefined {
  const header = chunks.get('IHDR');
  if (!header || header.length < 13) return undefined;
  const isGray = (header[9] & 2) === 0;
  if (points) {
    return isSrgbLike(points)
      ? undefined
      : createCodePointProfile(points, isGray, readPeakLuminance(chunks));
  }
  if (chunks.has('iCCP') || chunks.has('sRGB')) return undefined;
  const gamma = readGamma(chunks.get('gAMA'));
  const exponent = gamma > 0 ? 100_000 / gamma : 2.2;
  const primaries = readChromaticities(chunks.get('cHRM'));
  const isSrgbGamma = gamma === 0 || Math.abs(gamma - SRGB_GAMMA) < GAMMA_TOLERANCE;
  if (isSrgbGamma && (isGray || areSrgbPrimaries(primaries))) return undefined;
  const transfer = isSrgbGamma
    ? selectColors({ primaries: 1, transfer: 13 })[1]
    : (sample: number) => sample ** exponent;
  return isGray ? createGrayProfile(transfer) : createRgbProfile(primaries, transfer);
}

/** Returns the peak luminance of the content, otherwise of the mastering display, in nits. */
function readPeakLuminance(chunks: Map<string, Buffer>): number | undefined {
  const [content, display] = [chunks.get('cLLI'), chunks.get('mDCV')];
  const contentPeak = content?.length === 8 ? content.readUInt32BE(0) : 0;
  const displayPeak = display?.length === 24 ? display.readUInt32BE(16) : 0;
  return (contentPeak || displayPeak) / 10_000 || undefined;
}

const readGamma = (chunk: Buffer | undefined): number =>
  chunk?.length === 4 ? chunk.readUInt32BE(0) : 0;

function readChromaticities(chunk: Buffer | undefined): Primaries {
  if (chunk?.length !== 32) return SRGB_PRIMARIES;
  const [white, red, green, blue] = [0, 8, 16, 24].map((offset) => ({
    x: chunk.readUInt32BE(offset) / 100_000,
    y: chunk.readUInt32BE(offset + 4) / 100_000,
  }));
  return { white, red, green, blue };
}

function areSrgbPrimaries(primaries: Primaries): boolean {
  return (['white', 'red', 'green', 'blue'] as const).every((name) => {
    const [{ x, y }, expected] = [primaries[name], SRGB_PRIMARIES[name]];
    return Math.max(Math.abs(x - expected.x), Math.abs(y - expected.y)) < CHROMATICITY_TOLERANCE;
  });
}
