import { deflateSync } from 'node:zlib';
import { readAvifMeta } from './avif-items.js';
import { type CodingPoints, colorsOf, isSrgbLike, SRGB_PRIMARIES } from './coding-points.js';
import { naiveCmykProfile } from './cmyk-profile.js';
import { grayProfile, type Primaries, rgbProfile } from './icc-profile.js';
import type { ImageFormat } from './image-format.js';
import { isOf, MARKER, segmentAt } from './jpeg/segments.js';
import { pngChunk } from './png-chunk.js';
import { pngChunks } from './strip-png.js';

/**
 * The ICC profile of a source that describes its colors otherwise: gAMA, cHRM and cICP of a PNG, nclx of an
 * AVIF, and CMYK without a profile, which browsers convert by subtraction. The library ignores all of these.
 *
 * @returns nothing where the file has a profile, or its colors mean sRGB
 */
export function sourceProfile(bytes: Buffer, format: ImageFormat): Buffer | undefined {
  if (format === 'png') return pngProfile(bytes);
  if (format === 'avif') return avifProfile(bytes);
  if (format === 'jpeg' && isCmykWithoutProfile(bytes)) return naiveCmykProfile();
  return undefined;
}

/** Whether the file says that it is brighter than white (PQ or HLG). */
export function isHighDynamicRange(bytes: Buffer, format: ImageFormat): boolean {
  const points =
    format === 'png' ? pngPoints(bytes) : format === 'avif' ? avifPoints(bytes) : undefined;
  return points !== undefined && (points.transfer === 16 || points.transfer === 18);
}

/** The same file with the profile in it. AVIF has to be decoded first. */
export function withProfile(bytes: Buffer, format: 'png' | 'jpeg', profile: Buffer): Buffer {
  return format === 'png' ? pngWithProfile(bytes, profile) : jpegWithProfile(bytes, profile);
}

/** Text of gAMA for the curve of sRGB, and how far a value may be from it to look the same. */
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

function pngPoints(bytes: Buffer): CodingPoints | undefined {
  const cicp = headChunks(bytes).get('cICP');
  return cicp?.length === 4 ? { primaries: cicp[0], transfer: cicp[1] } : undefined;
}

function pngProfile(bytes: Buffer): Buffer | undefined {
  const found = headChunks(bytes);
  const header = found.get('IHDR');
  if (!header || header.length < 13) return undefined;
  const isGray = (header[9] & 2) === 0;
  const points = pngPoints(bytes);
  if (points) return isSrgbLike(points) ? undefined : profileOfPoints(points, isGray);
  if (found.has('iCCP') || found.has('sRGB')) return undefined;
  const gamma = gammaOf(found.get('gAMA'));
  const exponent = gamma > 0 ? 100_000 / gamma : 2.2;
  const primaries = chromaticities(found.get('cHRM'));
  const isOrdinaryGamma = gamma === 0 || Math.abs(gamma - SRGB_GAMMA) < GAMMA_TOLERANCE;
  if (isOrdinaryGamma && (isGray || isSrgb(primaries))) return undefined;
  const transfer = isOrdinaryGamma
    ? colorsOf({ primaries: 1, transfer: 13 })[1]
    : (sample: number) => sample ** exponent;
  return isGray ? grayProfile(transfer) : rgbProfile(primaries, transfer);
}

const gammaOf = (chunk: Buffer | undefined): number =>
  chunk?.length === 4 ? chunk.readUInt32BE(0) : 0;

function chromaticities(chunk: Buffer | undefined): Primaries {
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

function profileOfPoints(points: CodingPoints, isGray: boolean): Buffer | undefined {
  const [primaries, transfer] = colorsOf(points);
  return isGray ? grayProfile(transfer) : rgbProfile(primaries, transfer);
}

function avifProfile(bytes: Buffer): Buffer | undefined {
  const points = avifPoints(bytes);
  return !points || isSrgbLike(points) ? undefined : profileOfPoints(points, false);
}

function avifPoints(bytes: Buffer): CodingPoints | undefined {
  const colors = readAvifMeta(bytes)?.colors ?? [];
  const nclx = colors.find((color) => color.toString('latin1', 0, 4) === 'nclx');
  if (!nclx || nclx.length < 8) return undefined;
  return { primaries: nclx.readUInt16BE(4), transfer: nclx.readUInt16BE(6) };
}

function isCmykWithoutProfile(bytes: Buffer): boolean {
  let isCmyk = false;
  let segment = segmentAt(bytes, 2);
  for (; segment; segment = segmentAt(bytes, segment.end)) {
    const { marker, payload } = segment;
    if (marker === MARKER.APP2 && isOf('ICC_PROFILE\0', payload)) return false;
    if (marker >= MARKER.SOF0 && marker <= MARKER.SOF2) isCmyk = payload[5] === 4;
    if (marker === MARKER.SOS) return isCmyk;
  }
  return false;
}

const PNG_HEADER_BYTES = 33;

function pngWithProfile(bytes: Buffer, profile: Buffer): Buffer {
  const name = Buffer.from('source\0\0', 'latin1');
  const chunk = pngChunk('iCCP', Buffer.concat([name, deflateSync(profile)]));
  const [head, rest] = [bytes.subarray(0, PNG_HEADER_BYTES), bytes.subarray(PNG_HEADER_BYTES)];
  return Buffer.concat([head, chunk, rest]);
}

/** ICC.1:2022, B.4: one segment holds up to 65,519 bytes of a profile. */
function jpegWithProfile(bytes: Buffer, profile: Buffer): Buffer {
  const head = Buffer.from('\xff\xe2\0\0ICC_PROFILE\0\x01\x01', 'latin1');
  head.writeUInt16BE(head.length - 2 + profile.length, 2);
  return Buffer.concat([bytes.subarray(0, 2), head, profile, bytes.subarray(2)]);
}
