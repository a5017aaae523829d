import { constants, deflateRawSync } from 'node:zlib';

/** One million zeros, compressed to byte-aligned blocks without references to earlier data (RFC 1951, 3.2.4). */
const MILLION_ZEROS = deflateRawSync(Buffer.alloc(1e6), { finishFlush: constants.Z_FULL_FLUSH });
const ADLER_MODULUS = 65_521;

/** Compresses zeros (RFC 1950) by repeating `MILLION_ZEROS`, which is faster than compressing all of them. */
export function deflateZeros(length: number): Buffer {
  const remainder = deflateRawSync(Buffer.alloc(length % 1e6));
  const checksum = Buffer.alloc(4);
  checksum.writeUInt16BE(length % ADLER_MODULUS, 0);
  checksum.writeUInt16BE(1, 2);
  const millions = Array.from({ length: Math.floor(length / 1e6) }, () => MILLION_ZEROS);
  return Buffer.concat([Buffer.from([0x78, 0x9c]), ...millions, remainder, checksum]);
}
