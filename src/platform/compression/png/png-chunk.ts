import { crc32 } from 'node:zlib';
import { insertBytes } from '../insert-bytes.js';

/** Size of the signature and the IHDR chunk. */
const HEADER_BYTES = 33;

/** Creates a chunk with its length and checksum (PNG, third edition, 5.3). */
export function createPngChunk(type: string, payload: Buffer): Buffer {
  const chunk = Buffer.alloc(12 + payload.length);
  chunk.writeUInt32BE(payload.length, 0);
  chunk.write(type, 4, 'latin1');
  payload.copy(chunk, 8);
  chunk.writeUInt32BE(crc32(chunk.subarray(4, 8 + payload.length)), 8 + payload.length);
  return chunk;
}

/** Inserts a chunk after IHDR. */
export const insertPngChunk = (bytes: Buffer, type: string, payload: Buffer): Buffer =>
  insertBytes(bytes, HEADER_BYTES, createPngChunk(type, payload));
