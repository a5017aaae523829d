/** How bright sRGB shows the middle of its range (IEC 61966-2-1); a plain gamma of 2.2 is as near as nobody sees. */
const MIDDLE_OF_SRGB = 0.214;
const NEARLY = 0.01;
const MAX_TAGS = 100;

/**
 * Whether an ICC profile (ICC.1:2022) says sRGB or is absent. Colors are judged by the description, which
 * is what tools copy when they write the well-known profile, and brightness by its curve, as there are
 * linear kinds of it; of a gray one the curve is all there is. An unknown one is taken as different, which
 * costs a conversion and no colors.
 */
export function isSrgbProfile(profile: Uint8Array | undefined): boolean {
  if (!profile) return true;
  const icc = Buffer.from(profile.buffer, profile.byteOffset, profile.byteLength);
  if (icc.length < 132) return false;
  const isGray = icc.toString('latin1', 16, 20) === 'GRAY';
  const curve = tagOf(icc, isGray ? 'kTRC' : 'rTRC');
  const isToned = curve && Math.abs(middleOf(curve) - MIDDLE_OF_SRGB) < NEARLY;
  if (!isToned) return false;
  // `desc` is ASCII in version 2, UTF-16 in version 4.
  const description = tagOf(icc, 'desc')?.toString('latin1').replaceAll('\0', '');
  return isGray || /sRGB|c2ci/.test(description ?? '');
}

/** Section 7.3: signature, place and size of each. */
function tagOf(icc: Buffer, signature: string): Buffer | undefined {
  const tags = Math.min(icc.readUInt32BE(128), MAX_TAGS);
  for (let at = 132; at + 12 <= icc.length && at < 132 + tags * 12; at += 12) {
    if (icc.toString('latin1', at, at + 4) !== signature) continue;
    const start = icc.readUInt32BE(at + 4);
    return icc.subarray(start, start + icc.readUInt32BE(at + 8));
  }
  return undefined;
}

/** What the curve makes of one half; NaN where it can't be read. */
function middleOf(curve: Buffer): number {
  const type = curve.toString('latin1', 0, 4);
  if (type === 'curv' && curve.length >= 12) return middleOfTable(curve);
  if (type === 'para' && curve.length >= 16) return middleOfFunction(curve);
  return NaN;
}

/** Section 10.6: none is linear, one is a gamma, more are the curve itself. */
function middleOfTable(curve: Buffer): number {
  const count = curve.readUInt32BE(8);
  if (count === 0) return 1 / 2;
  const middle = 12 + 2 * Math.floor((count - 1) / 2);
  if (middle + 2 > curve.length) return NaN;
  const value = curve.readUInt16BE(middle);
  return count === 1 ? (1 / 2) ** (value / 256) : value / 0xffff;
}

/** Section 10.18, above its linear beginning: (a x + b) ^ gamma, and an offset of types 2 and 4. */
function middleOfFunction(curve: Buffer): number {
  const type = curve.readUInt16BE(8);
  const numbers = Array.from({ length: Math.floor((curve.length - 12) / 4) }, (_, i) =>
    curve.readInt32BE(12 + 4 * i),
  ).map((fixed) => fixed / 0x10000);
  const [gamma, a = 1, b = 0] = numbers;
  const offset = { 2: numbers[3], 4: numbers[5] }[type] ?? 0;
  return (a / 2 + b) ** gamma + offset;
}
