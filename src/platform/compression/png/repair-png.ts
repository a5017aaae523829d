import { crc32, createInflateRaw } from 'node:zlib';
import { createPngChunk } from './png-chunk.js';
import { type PngChunk, readPngChunks } from '../metadata/strip-png.js';

const SIGNATURE_BYTES = 8;
const ZLIB_HEADER_BYTES = 2;
const CHECKSUM_BYTES = 4;
/** Deflate with a window of 32 KiB, the maximum (RFC 1950, 2.2). */
const ZLIB_HEADER = Buffer.from([0x78, 0x01]);
const INFLATE_CHUNK_BYTES = 256 * 1024;
/** A PNG with more chunks is rejected, because it may be an attack. */
const MAX_CHUNKS = 100_000;
/** Samples per pixel, by the color type of IHDR. */
const SAMPLES_PER_PIXEL: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };

/**
 * Rewrites the image data of a PNG as one chunk with correct checksums. Some encoders write wrong checksums,
 * too small a window, or other chunks between the image data. The pixels of such files are complete.
 *
 * @returns undefined for damaged image data, an animated PNG, or too many chunks
 */
export async function repairPng(bytes: Buffer): Promise<Buffer | undefined> {
  const chunks: PngChunk[] = [];
  for (const chunk of readPngChunks(bytes)) {
    if (chunks.push(chunk) > MAX_CHUNKS) return undefined;
  }
  const imageChunks = chunks.filter(isImageData);
  if (imageChunks.length === 0 || chunks.some(({ type }) => type === 'acTL')) return undefined;
  const compressed = Buffer.concat(imageChunks.map(({ payload }) => payload));
  const maxBytes = computeMaxPixelBytes(chunks[0]);
  const data = await replaceChecksum(compressed, imageChunks.every(hasValidChecksum), maxBytes);
  if (!data) return undefined;
  const firstImageChunk = chunks.findIndex(isImageData);
  const getOtherChunks = (part: PngChunk[]) =>
    part.filter((chunk) => !isImageData(chunk)).map(({ chunkBytes }) => chunkBytes);
  return Buffer.concat([
    bytes.subarray(0, SIGNATURE_BYTES),
    ...getOtherChunks(chunks.slice(0, firstImageChunk)),
    createPngChunk('IDAT', data),
    ...getOtherChunks(chunks.slice(firstImageChunk)),
  ]);
}

const isImageData = ({ type }: PngChunk): boolean => type === 'IDAT';

const hasValidChecksum = ({ chunkBytes }: PngChunk): boolean => {
  const end = chunkBytes.length - CHECKSUM_BYTES;
  return crc32(chunkBytes.subarray(4, end)) === chunkBytes.readUInt32BE(end);
};

/**
 * Returns the image data with a correct checksum of its content. Correct checksums of all chunks prove that the
 * content is unchanged since it was encoded, so a wrong content checksum is replaced. If a chunk checksum is wrong,
 * the content checksum must be correct.
 */
async function replaceChecksum(
  compressed: Buffer,
  hasValidChunks: boolean,
  maxBytes: number,
): Promise<Buffer | undefined> {
  const checksumResult = await computeChecksum(compressed.subarray(ZLIB_HEADER_BYTES), maxBytes);
  if (!checksumResult) return undefined;
  const end = ZLIB_HEADER_BYTES + checksumResult.bytes;
  const checksum = Buffer.alloc(CHECKSUM_BYTES);
  checksum.writeUInt32BE(checksumResult.checksum);
  if (!hasValidChunks && !compressed.subarray(end, end + CHECKSUM_BYTES).equals(checksum)) {
    return undefined;
  }
  return Buffer.concat([ZLIB_HEADER, compressed.subarray(ZLIB_HEADER_BYTES, end), checksum]);
}

/** Returns the maximum size of the filtered rows in bytes. Interlaced images have at most twice as many rows. */
function computeMaxPixelBytes({ type, payload }: PngChunk): number {
  if (type !== 'IHDR' || payload.length < 13) return 0;
  const bitsPerPixel = payload[8] * (SAMPLES_PER_PIXEL[payload[9]] ?? 0);
  const rowBytes = Math.ceil((payload.readUInt32BE(0) * bitsPerPixel) / 8) + 1;
  return 2 * rowBytes * payload.readUInt32BE(4);
}

/**
 * Returns the Adler-32 checksum of the decompressed data, and the size of the compressed data. Memory usage does
 * not depend on the size of the image.
 *
 * @returns undefined for damaged data, and for more than `maxBytes` of decompressed data
 */
async function computeChecksum(
  deflated: Buffer,
  maxBytes: number,
): Promise<{ checksum: number; bytes: number } | undefined> {
  const inflate = createInflateRaw({ chunkSize: INFLATE_CHUNK_BYTES });
  const adler = new Adler32();
  let remainingBytes = maxBytes;
  inflate.end(deflated);
  try {
    for await (const data of inflate as AsyncIterable<Buffer>) {
      remainingBytes -= data.length;
      if (remainingBytes < 0) return undefined;
      adler.addBytes(data);
    }
    return { checksum: adler.value, bytes: inflate.bytesWritten };
  } catch {
    return undefined;
  }
}

const MODULUS = 65_521;
/** Maximum number of bytes whose sums fit into 32 bits. */
const MAX_RUN_BYTES = 5552;

/** The checksum that RFC 1950, section 8.2 defines. */
class Adler32 {
  private low = 1;
  private high = 0;

  get value(): number {
    return this.high * 0x10000 + this.low;
  }

  addBytes(data: Buffer): void {
    for (let start = 0; start < data.length; start += MAX_RUN_BYTES) {
      const end = Math.min(start + MAX_RUN_BYTES, data.length);
      for (let i = start; i < end; i++) {
        this.low += data[i];
        this.high += this.low;
      }
      this.low %= MODULUS;
      this.high %= MODULUS;
    }
  }
}
