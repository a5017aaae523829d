import { readTiff } from '../tiff/tiff-directory.js';
import { decodeMetadataText } from './metadata-text.js';
import type { Rights } from './rights.js';

const [ARTIST, COPYRIGHT] = [0x013b, 0x8298];
const EXIF_PREFIX = Buffer.from('Exif\0\0', 'latin1');

/** Reads Artist and Copyright from the first directory (EXIF 2.32, section 4.6.4). */
export function readExifRights(exif: Buffer): Partial<Rights> {
  const tiff = exif.subarray(0, EXIF_PREFIX.length).equals(EXIF_PREFIX)
    ? exif.subarray(EXIF_PREFIX.length)
    : exif;
  const directory = readTiff(tiff, 1)?.directories[0];
  const readTexts = (tag: number): string[] => {
    const entry = directory?.entries.find((candidate) => candidate.tag === tag);
    if (!entry || entry.valueOffset + entry.byteLength > tiff.length) return [];
    const bytes = tiff.subarray(entry.valueOffset, entry.valueOffset + entry.byteLength);
    return decodeMetadataText(bytes)
      .split('\0')
      .map((text) => text.trim())
      .filter((text) => text !== '');
  };
  return {
    creators: readTexts(ARTIST).flatMap((text) => text.split(';')),
    // The tag contains the photographer's copyright, then the editor's.
    copyright: readTexts(COPYRIGHT).join(', '),
  };
}
