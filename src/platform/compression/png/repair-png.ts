import { crc32, createInflateRaw } from 'node:zlib';
import { pngChunk } from './png-chunk.js';
import { type PngChunk, pngChunks } from '../metadata/strip-png.js';

const SIGNATURE_BYTES = 8;
const ZLIB_HEADER_BYTES = 2;
const CHECKSUM_BYTES = 4;
/** Deflate with a window of 32 KiB, the maximum (RFC 1950, 2.2). */
const ZLIB_HEADER = Buffer.from([0x78, 0x01]);
const CHUNK_BYTES = 256 * 1024;
/** A PNG with more chunks is refused. It may be an attack. */
const MAX_CHUNKS = 100_000;
/** Samples of a pixel, by the color type of IHDR. */
const SAMPLES: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };

/**
 * Rewrites the image data of a PNG as one chunk with correct checksums. Some encoders write wrong checksums,
 * too small a window, or other chunks between the image data. The pixels of such
 * files are complete.
 *
 * @returns undefined for damaged image data, an animated PNG, and too many chunks
 */
export async function repairPng(bytes: Buffer): Promise<Buffer | undefined> {
  const chunks: PngChunk[] = [];
  for (const chunk of pngChunks(bytes)) {
    if (chunks.push(chunk) > MAX_CHUNKS) return undefined;
  }
  const parts = chunks.filter(isImageData);
  if (parts.length === 0 || chunks.some(({ type }) => type === 'acTL')) return undefined;
  const stored = Buffer.concat(parts.map(({ payload }) => payload));
  const maxBytes = maxPixelBytes(chunks[0]);
  const data = await withChecksum(stored, parts.every(hasValidChecksum), maxBytes);
  if (!data) return undefined;
  const first = chunks.findIndex(isImageData);
  const others = (part: PngChunk[]) =>
    part.filter((chunk) => !isImageData(chunk)).map(({ whole }) => whole);
  return Buffer.concat([
    bytes.subarray(0, SIGNATURE_BYTES),
    ...others(chunks.slice(0, first)),
    pngChunk('IDAT', data),
    ...others(chunks.slice(first)),
  ]);
}

const isImageData = ({ type }: PngChunk): boolean => type === 'IDAT';

const hasValidChecksum = ({ whole }: PngChunk): boolean => {
  const end = whole.length - CHECKSUM_BYTES;
  return crc32(whole.subarray(4, end)) === whole.readUInt32BE(end);
};

/**
 * Returns image data with the checksum of their content. If the checksums of all chunks are correct,
 * the content is as the encoder wrote it, and a wrong checksum of the content is replaced. Otherwise it must be correct.
 */
async function withChecksum(
  stored: Buffer,
  isAsWritten: boolean,
  maxBytes: number,
): Promise<Buffer | undefined> {
  const inflated = await computeChecksum(stored.subarray(ZLIB_HEADER_BYTES), maxBytes);
  if (!inflated) return undefined;
  const end = ZLIB_HEADER_BYTES + inflated.bytes;
  const checksum = Buffer.alloc(CHECKSUM_BYTES);
  checksum.writeUInt32BE(inflated.checksum);
  if (!isAsWritten && !stored.subarray(end, end + CHECKSUM_BYTES).equals(checksum)) {
    return undefined;
  }
  return Buffer.concat([ZLIB_HEADER, stored.subarray(ZLIB_HEADER_BYTES, end), checksum]);
}

/** Bytes of the rows with their filters. Interlaced images have at most twice as many rows. */
function maxPixelBytes({ type, payload }: PngChunk): number {
  if (type !== 'IHDR' || payload.length < 13) return 0;
  const bits = payload[8] * (SAMPLES[payload[9]] ?? 0);
  const rowBytes = Math.ceil((payload.readUInt32BE(0) * bits) / 8) + 1;
  return 2 * rowBytes * payload.readUInt32BE(4);
}

/**
 * Returns the Adler-32 checksum of compressed data, and the size of the data. Memory does not depend on the
 * size of the image.
 *
 * @returns undefined for damaged data, and for more than `maxBytes`
 */
async function computeChecksum(
  deflated: Buffer,
  maxBytes: number,
): Promise<{ checksum: number; bytes: number } | undefined> {
  const inflate = createInflateRaw({ chunkSize: CHUNK_BYTES });
  const adler = new Adler32();
  let left = maxBytes;
  inflate.end(deflated);
  try {
    for await (const data of inflate as AsyncIterable<Buffer>) {
      left -= data.length;
      if (left < 0) return undefined;
      adler.add(data);
    }
    return { checksum: adler.value, bytes: inflate.bytesWritten };
  } catch {
    return undefined;
  }
}

const MODULUS = 65_521;
/** Maximum number of bytes whose sums fit into 32 bits. */
const MAX_RUN = 5552;

/** Checksum of RFC 1950, section 8.2. */
class Adler32 {
  private low = 1;
  private high = 0;

  get value(): number {
    return this.high * 0x10000 + this.low;
  }

  add(data: Buffer): void {
    for (let start = 0; start < data.length; start += MAX_RUN) {
      const end = Math.min(start + MAX_RUN, data.length);
      for (let i = start; i < end; i++) {
        this.low += data[i];
        this.high += this.low;
      }
      this.low %= MODULUS;
      this.high %= MODULUS;
    }
  }
}
