import { type EncodingTable, fillCodes, buildOptimalTable } from './encoding-table.js';
import type { Tokens } from './token-buffer.js';

/** Size and sampling factors of the output file. */
export interface OutputFrame {
  width: number;
  height: number;
  components: { horizontal: number; vertical: number }[];
}

/**
 * Writes the tokens with optimal Huffman codes and no other data. Omits the JFIF header, as libvips
 * does. Every decoder reads components 1, 2 and 3 as Y, Cb and Cr.
 */
export function writeJpeg(
  jpeg: OutputFrame,
  tokens: Tokens,
  quantizationTables: Uint8Array[],
): Buffer {
  const isColor = jpeg.components.length > 1;
  const tables = Array.from({ length: isColor ? 4 : 2 }, (_, table) =>
    buildOptimalTable(tokens.frequencies.subarray(table << 8, (table + 1) << 8)),
  );
  const tableCount = isColor ? 2 : 1;
  return Buffer.concat([
    Buffer.from([0xff, 0xd8]),
    createSegment(
      0xdb,
      quantizationTables.slice(0, tableCount).flatMap((steps, i) => [i, ...steps]),
    ),
    createFrameSegment(jpeg),
    createSegment(0xc4, tables.flatMap(toHuffmanPayload)),
    createScanSegment(jpeg),
    encodeTokens(tokens, tables),
    Buffer.from([0xff, 0xd9]),
  ]);
}

function createFrameSegment({ width, height, components }: OutputFrame): Buffer {
  const componentFields = components.flatMap(({ horizontal, vertical }, i) => [
    i + 1,
    horizontal * 16 + vertical,
    +(i > 0),
  ]);
  const size = [height >> 8, height & 0xff, width >> 8, width & 0xff];
  return createSegment(0xc0, [8, ...size, components.length, ...componentFields]);
}

/** Returns the class (DC or AC) and destination, then the code counts and the symbols. */
const toHuffmanPayload = ({ codeCounts, values }: EncodingTable, i: number): number[] => [
  ((i & 1) << 4) | (i >> 1),
  ...codeCounts,
  ...values,
];

function createScanSegment({ components }: OutputFrame): Buffer {
  const componentFields = components.flatMap((_, i) => [i + 1, i > 0 ? 0x11 : 0]);
  return createSegment(0xda, [components.length, ...componentFields, 0, 63, 0]);
}

function createSegment(marker: number, payload: number[]): Buffer {
  const length = payload.length + 2;
  return Buffer.from([0xff, marker, length >> 8, length & 0xff, ...payload]);
}

function encodeTokens({ tokens, count, frequencies }: Tokens, tables: EncodingTable[]): Buffer {
  const codes = new Int32Array(4 << 8);
  tables.forEach((table, i) => fillCodes(table, codes.subarray(i << 8, (i + 1) << 8)));
  let bits = 0;
  for (let symbol = 0; symbol < frequencies.length; symbol++) {
    bits += frequencies[symbol] * ((codes[symbol] >> 16) + (symbol & 15));
  }
  // A stuffed zero may follow each byte.
  const output = Buffer.allocUnsafe(2 * Math.ceil(bits / 8));
  let offset = 0;
  let bitBuffer = 0;
  let pendingBits = 0;
  for (let i = 0; i < count; i++) {
    const token = tokens[i];
    const symbol = token >> 16;
    const code = codes[symbol];
    bitBuffer = (bitBuffer << (code >> 16)) | (code & 0xffff);
    pendingBits += code >> 16;
    while (pendingBits >= 8) {
      const byte = (bitBuffer >> (pendingBits -= 8)) & 0xff;
      output[offset++] = byte;
      if (byte === 0xff) output[offset++] = 0;
    }
    const size = symbol & 15;
    bitBuffer = (bitBuffer << size) | (token & 0xffff);
    pendingBits += size;
    while (pendingBits >= 8) {
      const byte = (bitBuffer >> (pendingBits -= 8)) & 0xff;
      output[offset++] = byte;
      if (byte === 0xff) output[offset++] = 0;
    }
  }
  if (pendingBits > 0) {
    const byte = ((bitBuffer << (8 - pendingBits)) | (0xff >> pendingBits)) & 0xff;
    output[offset++] = byte;
    if (byte === 0xff) output[offset++] = 0;
  }
  return output.subarray(0, offset);
}
