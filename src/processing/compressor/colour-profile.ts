/**
 * Whether an ICC profile (ICC.1:2022, 7.2 and 7.3) says sRGB or is absent. Judged by its description,
 * which is what tools copy when they write the well-known profile; an unknown one is taken as
 * different, which costs a conversion and no colours.
 */
export function isSrgbProfile(profile: Uint8Array | undefined): boolean {
  if (!profile) return true;
  const icc = Buffer.from(profile.buffer, profile.byteOffset, profile.byteLength);
  if (icc.length < 132) return false;
  // A grey profile only says how bright a grey is; browsers show such files alike.
  if (icc.toString('latin1', 16, 20) === 'GRAY') return true;
  const tags = Math.min(icc.readUInt32BE(128), 100);
  for (let at = 132; at + 12 <= icc.length && at < 132 + tags * 12; at += 12) {
    if (icc.toString('latin1', at, at + 4) !== 'desc') continue;
    const start = icc.readUInt32BE(at + 4);
    const description = icc.subarray(start, start + icc.readUInt32BE(at + 8));
    // `desc` is ASCII in version 2, UTF-16 in version 4.
    const words = description.toString('latin1').replaceAll('\0', '');
    return /sRGB|c2ci/.test(words);
  }
  return false;
}
