/** Linear light of sRGB at a quarter, half and three quarters of its range (IEC 61966-2-1). */
const SRGB_LIGHT: readonly (readonly [number, number])[] = [
  [0.25, 0.0509],
  [0.5, 0.214],
  [0.75, 0.5225],
];
/** Allows for a gamma of 2.2, whose difference is invisible. */
const LIGHT_TOLERANCE = 0.012;
/** XYZ of the sRGB primaries, adapted to D50; well-known profiles differ in the third digit. */
const SRGB_COLORANTS: Readonly<Record<string, readonly number[]>> = {
  rXYZ: [0.4361, 0.2225, 0.0139],
  gXYZ: [0.3851, 0.7169, 0.0971],
  bXYZ: [0.1431, 0.0606, 0.7141],
};
const COLORANT_TOLERANCE = 0.008;
const MAX_TAGS = 100;

/**
 * Returns whether an ICC profile (ICC.1:2022) describes sRGB, or is absent. Compares its primaries and
 * curves. Ignores its name, because profiles of other color spaces are also called sRGB. Returns false
 * if in doubt, because an unnecessary conversion loses no colors.
 */
export function isSrgbProfile(profile: Uint8Array | undefined): boolean {
  if (!profile) return true;
  const icc = Buffer.from(profile.buffer, profile.byteOffset, profile.byteLength);
  if (icc.length < 132) return false;
  if (icc.toString('latin1', 16, 20) === 'GRAY') return hasSrgbCurve(icc, 'kTRC');
  // A profile with a lookup table uses the table regardless of its primaries.
  if (findTag(icc, 'A2B0')) return false;
  return (
    ['rTRC', 'gTRC', 'bTRC'].every((signature) => hasSrgbCurve(icc, signature)) &&
    Object.entries(SRGB_COLORANTS).every(([signature, expected]) =>
      hasXyz(icc, signature, expected),
    )
  );
}

/** Finds a tag in the tag table, which contains the signature, offset and size of each tag (section 7.3). */
function findTag(icc: Buffer, signature: string): Buffer | undefined {
  const tagCount = Math.min(icc.readUInt32BE(128), MAX_TAGS);
  for (let offset = 132; offset + 12 <= icc.length && offset < 132 + tagCount * 12; offset += 12) {
    if (icc.toString('latin1', offset, offset + 4) !== signature) continue;
    const start = icc.readUInt32BE(offset + 4);
    return icc.subarray(start, start + icc.readUInt32BE(offset + 8));
  }
  return undefined;
}

function hasXyz(icc: Buffer, signature: string, expected: readonly number[]): boolean {
  const tag = findTag(icc, signature);
  if (!tag || tag.length < 20) return false;
  return expected.every(
    (value, i) => Math.abs(tag.readInt32BE(8 + 4 * i) / 0x10000 - value) < COLORANT_TOLERANCE,
  );
}

function hasSrgbCurve(icc: Buffer, signature: string): boolean {
  const curve = findTag(icc, signature);
  if (!curve) return false;
  return SRGB_LIGHT.every(
    ([sample, light]) => Math.abs(evaluateCurve(curve, sample) - light) < LIGHT_TOLERANCE,
  );
}

/** Returns the linear light of a sample from 0 to 1; NaN if the curve cannot be read. */
function evaluateCurve(curve: Buffer, sample: number): number {
  const type = curve.toString('latin1', 0, 4);
  if (type === 'curv' && curve.length >= 12) return evaluateSampledCurve(curve, sample);
  if (type === 'para' && curve.length >= 16) return evaluateParametricCurve(curve, sample);
  return NaN;
}

/** Evaluates a sampled curve (section 10.6). A curve without values is linear. A single value is a gamma. */
function evaluateSampledCurve(curve: Buffer, sample: number): number {
  const count = curve.readUInt32BE(8);
  if (count === 0) return sample;
  if (count === 1) return curve.length < 14 ? NaN : sample ** (curve.readUInt16BE(12) / 256);
  const position = sample * (count - 1);
  const offset = 12 + 2 * Math.floor(position);
  if (offset + 4 > curve.length) return NaN;
  const [low, high] = [curve.readUInt16BE(offset), curve.readUInt16BE(offset + 2)];
  return (low + (high - low) * (position % 1)) / 0xffff;
}

/** Evaluates (a x + b) ^ gamma above the linear segment, plus an offset for types 2 and 4 (section 10.18). */
function evaluateParametricCurve(curve: Buffer, sample: number): number {
  const type = curve.readUInt16BE(8);
  const numbers = Array.from({ length: Math.floor((curve.length - 12) / 4) }, (_, i) =>
    curve.readInt32BE(12 + 4 * i),
  ).map((fixed) => fixed / 0x10000);
  const [gamma, a = 1, b = 0] = numbers;
  const offset = { 2: numbers[3], 4: numbers[5] }[type] ?? 0;
  return (a * sample + b) ** gamma + offset;
}
