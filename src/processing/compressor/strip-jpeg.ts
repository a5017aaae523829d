const SOI = 0xd8;
const EOI = 0xd9;
const SOS = 0xda;
const APP0 = 0xe0;
const APP2 = 0xe2;
const APP14 = 0xee;
const APP15 = 0xef;
const COM = 0xfe;

const END = Buffer.from([0xff, EOI]);

/** ITU-T T.81, annex B: copies tables, frames and scans, and of the APPn only what colours depend on. */
export function stripJpeg(bytes: Buffer, _header: unknown, atMost: number): Buffer | undefined {
  const kept: Buffer[] = [bytes.subarray(0, 2)];
  let length = 2;
  let at = 2;
  while (at + 4 <= bytes.length) {
    if (bytes[at] !== 0xff) return undefined;
    const marker = bytes[at + 1];
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    if (marker === EOI) return Buffer.concat([...kept, bytes.subarray(at, at + 2)]);
    if (marker === SOI || marker < 0xc0) return undefined;
    const end = at + 2 + bytes.readUInt16BE(at + 2);
    if (end > bytes.length) return undefined;
    // All scans stay, up to the end of the picture: to walk through them is what takes time.
    if (marker === SOS && length + bytes.indexOf(END, at) - at > atMost) return undefined;
    const next = marker === SOS ? endOfScan(bytes, end) : end;
    if (showsThePicture(marker, bytes.subarray(at + 4, end))) {
      kept.push(bytes.subarray(at, next));
      length += next - at;
    }
    at = next;
  }
  // The last marker may be the file's last two bytes.
  const ended = bytes[at] === 0xff && bytes[at + 1] === EOI;
  return ended ? Buffer.concat([...kept, bytes.subarray(at, at + 2)]) : undefined;
}

/** JFIF density, ICC profile and Adobe's colour transform stay. */
function showsThePicture(marker: number, payload: Buffer): boolean {
  const is = (name: string) => payload.toString('latin1', 0, name.length) === name;
  if (marker === APP0) return is('JFIF\0') && payload.length === 14;
  if (marker === APP2) return is('ICC_PROFILE\0');
  if (marker === APP14) return is('Adobe');
  return !(marker >= APP0 && marker <= APP15) && marker !== COM;
}

/** Entropy-coded data ends at a marker that is neither a stuffed zero nor a restart. */
function endOfScan(bytes: Buffer, start: number): number {
  let at = bytes.indexOf(0xff, start);
  while (at >= 0 && at + 1 < bytes.length) {
    const next = bytes[at + 1];
    if (next !== 0 && next !== 0xff && !(next >= 0xd0 && next <= 0xd7)) return at;
    at = bytes.indexOf(0xff, next === 0xff ? at + 1 : at + 2);
  }
  return bytes.length;
}
