import { crc32 } from 'node:zlib';

export interface ZipEntry {
  name: string;
  content: Buffer;
}

const END_RECORD_SIGNATURE = 0x06054b50;
/** Size of the end of central directory record, without a comment. */
const END_RECORD_BYTES = 22;
const CENTRAL_HEADER_SIGNATURE = 0x02014b50;

/** Reads a ZIP of uncompressed entries from its central directory (APPNOTE 6.3), and verifies every checksum. */
export function readZip(zip: Buffer): ZipEntry[] {
  const end = zip.lastIndexOf(Buffer.from([0x50, 0x4b, 5, 6]));
  if (
    end < 0 ||
    end + END_RECORD_BYTES !== zip.length ||
    zip.readUInt32LE(end) !== END_RECORD_SIGNATURE
  )
    throw new Error('The ZIP is incomplete');
  const entries: ZipEntry[] = [];
  let offset = zip.readUInt32LE(end + 16);
  for (let remaining = zip.readUInt16LE(end + 10); remaining > 0; remaining -= 1) {
    if (zip.readUInt32LE(offset) !== CENTRAL_HEADER_SIGNATURE)
      throw new Error(`No central directory header at offset ${offset}`);
    if (zip.readUInt16LE(offset + 10) !== 0) throw new Error('An entry is compressed');
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map((field) =>
      zip.readUInt16LE(offset + field),
    );
    const name = zip.toString('utf8', offset + 46, offset + 46 + nameLength);
    const localHeader = zip.readUInt32LE(offset + 42);
    const contentStart =
      localHeader + 30 + zip.readUInt16LE(localHeader + 26) + zip.readUInt16LE(localHeader + 28);
    const content = zip.subarray(contentStart, contentStart + zip.readUInt32LE(offset + 24));
    if (crc32(content) !== zip.readUInt32LE(offset + 16))
      throw new Error(`The checksum of ${name} is wrong`);
    entries.push({ name, content });
    offset += 46 + nameLength + extraLength + commentLength;
  }
  return entries;
}
