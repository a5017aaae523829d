const SEQUENCE_HEADER = 1;
const MAX_OBUS = 16;

/**
 * Returns whether an AV1 stream uses the full instead of the limited sample range (AV1 Bitstream &
 * Decoding Process Specification, 5.5).
 *
 * @param obus a stream of open bitstream units, or its start
 * @returns undefined if no sequence header of a monochrome image is found
 */
export function hasFullRange(obus: Buffer): boolean | undefined {
  let at = 0;
  for (let unit = 0; unit < MAX_OBUS && at < obus.length; unit++) {
    const header = obus[at++];
    if (header & 4) at++;
    // Without a size, the unit ends with the data.
    let size = header & 2 ? 0 : obus.length - at;
    if (header & 2) {
      for (let shift = 0; shift < 28; shift += 7) {
        const part = obus[at++] ?? 0;
        size |= (part & 0x7f) << shift;
        if (part < 0x80) break;
      }
    }
    if (((header >> 3) & 15) === SEQUENCE_HEADER) return readRange(obus.subarray(at, at + size));
    at += size;
  }
  return undefined;
}

function readRange(header: Buffer): boolean | undefined {
  let position = 0;
  const read = (count: number): number => {
    let value = 0;
    for (let i = 0; i < count; i++, position++) {
      value = (value << 1) | (((header[position >> 3] ?? 0) >> (7 - (position & 7))) & 1);
    }
    return value;
  };
  const profile = read(3);
  read(1);
  const isReduced = read(1) === 1;
  if (isReduced) read(5);
  else if (!skipOperatingPoints(read)) return undefined;
  const [widthBits, heightBits] = [read(4), read(4)];
  read(widthBits + 1 + (heightBits + 1));
  if (!isReduced && read(1) === 1) read(7);
  read(3);
  if (!isReduced) skipTools(read);
  read(3);
  const isDeep = read(1) === 1;
  if (profile === 2 && isDeep) read(1);
  const isMonochrome = profile !== 1 && read(1) === 1;
  if (!isMonochrome) return undefined;
  if (read(1) === 1) read(24);
  const isFull = read(1) === 1;
  return position <= header.length * 8 ? isFull : undefined;
}

/** @returns false for a stream with timing information, which a still image does not have */
function skipOperatingPoints(read: (count: number) => number): boolean {
  if (read(1) === 1) return false;
  const hasDelay = read(1) === 1;
  for (let left = read(5); left >= 0; left--) {
    read(12);
    if (read(5) > 7) read(1);
    if (hasDelay && read(1) === 1) read(4);
  }
  return true;
}

/** Skips the flags of coding tools, which streams of several frames have. */
function skipTools(read: (count: number) => number): void {
  read(4);
  const hasOrderHint = read(1) === 1;
  if (hasOrderHint) read(2);
  const choosesContentTools = read(1) === 1;
  const mayUseContentTools = choosesContentTools || read(1) === 1;
  if (mayUseContentTools && read(1) === 0) read(1);
  if (hasOrderHint) read(3);
}
