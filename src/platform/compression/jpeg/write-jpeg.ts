import { type EncodingTable, fillCodes, optimalTable } from './encoding-table.js';
import type { Tokens } from './token-buffer.js';

/** Size and sampling of the file that is written. */
export interface WrittenFrame {
  width: number;
  height: number;
  components: { horizontal: number; vertical: number }[];
}

/**
 * Writes the tokens with optimal Huffman codes and no other data. Omits the JFIF header, as libvips
 * does. Every decoder reads components 1, 2 and 3 as Y, Cb and Cr.
 */
export function writeJpeg(
  jpeg: WrittenFrame,
  tokens: Tokens,
  quantizationTables: Uint8Array[],
): Buffer {
  const isColor = jpeg.components.length > 1;
  const tables = Array.from({ length: isColor ? 4 : 2 }, (_, table) =>
    optimalTable(tokens.frequencies.subarray(table << 8, (table + 1) << 8)),
  );
  const kinds = isColor ? 2 : 1;
  return Buffer.concat([
    Buffer.from([0xff, 0xd8]),
    segment(
      0xdb,
      quantizationTables.slice(0, kinds).flatMap((steps, i) => [i, ...steps]),
    ),
    frameSegment(jpeg),
    segment(0xc4, tables.flatMap(huffmanSegment)),
    scanSegment(jpeg),
    entropyData(tokens, tables),
    Buffer.from([0xff, 0xd9]),
  ]);
}

function frameSegment({ width, height, components }: WrittenFrame): Buffer {
  const each = components.flatMap(({ horizontal, vertical }, i) => [
    i + 1,
    horizontal * 16 + vertical,
    +(i > 0),
  ]);
  const size = [height >> 8, height & 0xff, width >> 8, width & 0xff];
  return segment(0xc0, [8, ...size, components.length, ...each]);
}

/** Class (DC, AC) and destination, then the code. */
const huffmanSegment = ({ lengths, values }: EncodingTable, i: number): number[] => [
  ((i & 1) << 4) | (i >> 1),
  ...lengths,
  ...values,
];

function scanSegment({ components }: WrittenFrame): Buffer {
  const each = components.flatMap((_, i) => [i + 1, i > 0 ? 0x11 : 0]);
  return segment(0xda, [components.length, ...each, 0, 63, 0]);
}

function segment(marker: number, payload: number[]): Buffer {
  const length = payload.length + 2;
  return Buffer.from([0xff, marker, length >> 8, length & 0xff, ...payload]);
}

function entropyData({ tokens, count, frequencies }: Tokens, tables: EncodingTable[]): Buffer {
  const codes = new Int32Array(4 << 8);
  tables.forEach((table, i) => fillCodes(table, codes.subarray(i << 8, (i + 1) << 8)));
  let bits = 0;
  for (let symbol = 0; symbol < frequencies.length; symbol++) {
    bits += frequencies[symbol] * ((codes[symbol] >> 16) + (symbol & 15));
  }
  // A stuffed zero may follow each byte.
  const out = Buffer.allocUnsafe(2 * Math.ceil(bits / 8));
  let at = 0;
  let pending = 0;
  let held = 0;
  for (let i = 0; i < count; i++) {
    const token = tokens[i];
    const symbol = token >> 16;
    const code = codes[symbol];
    pending = (pending << (code >> 16)) | (code & 0xffff);
    held += code >> 16;
    while (held >= 8) {
      const byte = (pending >> (held -= 8)) & 0xff;
      out[at++] = byte;
      if (byte === 0xff) out[at++] = 0;
    }
    const size = symbol & 15;
    pending = (pending << size) | (token & 0xffff);
    held += size;
    while (held >= 8) {
      const byte = (pending >> (held -= 8)) & 0xff;
      out[at++] = byte;
      if (byte === 0xff) out[at++] = 0;
    }
  }
  if (held > 0) {
    const byte = ((pending << (8 - held)) | (0xff >> held)) & 0xff;
    out[at++] = byte;
    if (byte === 0xff) out[at++] = 0;
  }
  return out.subarray(0, at);
}
