const SEQUENCE_HEADER_OBU = 1;
const MAX_OBUS = 16;

/**
 * Returns whether an AV1 stream uses the full sample range. Reads the sequence header (AV1 Bitstream & Decoding
 * Process Specification, 5.5).
 *
 * @param obus a stream of open bitstream units, or its start
 * @returns undefined if no sequence header of a monochrome image is found
 */
export function hasFullRange(obus: Buffer): boolean | undefined {
  let offset = 0;
  for (let unit = 0; unit < MAX_OBUS && offset < obus.length; unit++) {
    const header = obus[offset++];
    if (header & 4) offset++;
    // Without a size, the unit ends with the data.
    let size = header & 2 ? 0 : obus.length - offset;
    if (header & 2) {
      for (let shift = 0; shift < 28; shift += 7) {
        const byte = obus[offset++] ?? 0;
        size |= (byte & 0x7f) << shift;
        if (byte < 0x80) break;
      }
    }
    if (((header >> 3) & 15) === SEQUENCE_HEADER_OBU)
      return readFullRange(obus.subarray(offset, offset + size));
    offset += size;
  }
  return undefined;
}

function readFullRange(header: Buffer): boolean | undefined {
  let position = 0;
  const readBits = (count: number): number => {
    let value = 0;
    for (let i = 0; i < count; i++, position++) {
      value = (value << 1) | (((header[position >> 3] ?? 0) >> (7 - (position & 7))) & 1);
    }
    return value;
  };
  const profile = readBits(3);
  readBits(1);
  const isReducedHeader = readBits(1) === 1;
  if (isReducedHeader) readBits(5);
  else if (!skipOperatingPoints(readBits)) return undefined;
  const [widthBits, heightBits] = [readBits(4), readBits(4)];
  readBits(widthBits + 1 + (heightBits + 1));
  if (!isReducedHeader && readBits(1) === 1) readBits(7);
  readBits(3);
  if (!isReducedHeader) skipCodingTools(readBits);
  readBits(3);
  const isHighBitDepth = readBits(1) === 1;
  if (profile === 2 && isHighBitDepth) readBits(1);
  const isMonochrome = profile !== 1 && readBits(1) === 1;
  if (!isMonochrome) return undefined;
  if (readBits(1) === 1) readBits(24);
  const isFullRange = readBits(1) === 1;
  return position <= header.length * 8 ? isFullRange : undefined;
}

/** Skips the operating points. @returns false for a stream with timing information, which still images lack */
function skipOperatingPoints(readBits: (count: number) => number): boolean {
  if (readBits(1) === 1) return false;
  const hasDelay = readBits(1) === 1;
  for (let remaining = readBits(5); remaining >= 0; remaining--) {
    readBits(12);
    if (readBits(5) > 7) readBits(1);
    if (hasDelay && readBits(1) === 1) readBits(4);
  }
  return true;
}

/** Skips the flags of the coding tools, which are present in streams with several frames. */
function skipCodingTools(readBits: (count: number) => number): void {
  readBits(4);
  const hasOrderHint = readBits(1) === 1;
  if (hasOrderHint) readBits(2);
  const choosesContentTools = readBits(1) === 1;
  const mayUseContentTools = choosesContentTools || readBits(1) === 1;
  if (mayUseContentTools && readBits(1) === 0) readBits(1);
  if (hasOrderHint) readBits(3);
}
