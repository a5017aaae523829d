import { crc32 } from 'node:zlib';

export interface ZipEntry {
  name: string;
  content: Buffer;
}

const END_OF_DIRECTORY = 0x06054b50;
/** Size of the record at the end, without a comment. */
const END_SIZE = 22;
const ENTRY = 0x02014b50;

/** Reads a ZIP of stored entries by its directory (APPNOTE 6.3), and checks every checksum. */
export function readZip(zip: Buffer): ZipEntry[] {
  const end = zip.lastIndexOf(Buffer.from([0x50, 0x4b, 5, 6]));
  if (end < 0 || end + END_SIZE !== zip.length || zip.readUInt32LE(end) !== END_OF_DIRECTORY)
    throw new Error('This is no whole ZIP');
  const entries: ZipEntry[] = [];
  let at = zip.readUInt32LE(end + 16);
  for (let left = zip.readUInt16LE(end + 10); left > 0; left -= 1) {
    if (zip.readUInt32LE(at) !== ENTRY) throw new Error(`There is no entry at ${at}`);
    if (zip.readUInt16LE(at + 10) !== 0) throw new Error('An entry is not stored as it is');
    const [nameLength, extra, comment] = [28, 30, 32].map((offset) =>
      zip.readUInt16LE(at + offset),
    );
    const name = zip.toString('utf8', at + 46, at + 46 + nameLength);
    const local = zip.readUInt32LE(at + 42);
    const begin = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
    const content = zip.subarray(begin, begin + zip.readUInt32LE(at + 24));
    if (crc32(content) !== zip.readUInt32LE(at + 16)) throw new Error(`${name} is damaged`);
    entries.push({ name, content });
    at += 46 + nameLength + extra + comment;
  }
  return entries;
}
