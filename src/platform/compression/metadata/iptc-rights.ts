import { decodeMetadataText } from './metadata-text.js';
import type { Rights } from './rights.js';

/** Photoshop image resource that contains IPTC-IIM records. */
const IPTC_RESOURCE = 0x0404;
const RECORD_MARKER = 0x1c;
const APPLICATION_RECORD = 2;
const [BY_LINE, CREDIT, COPYRIGHT] = [80, 110, 116];

/** Reads By-line, Credit and Copyright Notice (IPTC-IIM 4.2, section 6). */
export function readIptcRights(iptc: Buffer): Partial<Rights> {
  const records = findRecords(iptc);
  const textsByDataset = new Map<number, string[]>();
  for (let offset = 0; offset + 5 <= records.length && records[offset] === RECORD_MARKER;) {
    const [recordNumber, dataset] = [records[offset + 1], records[offset + 2]];
    const length = records.readUInt16BE(offset + 3);
    // The highest bit indicates an extended length, which these texts never need.
    if (length > 0x7fff) break;
    const end = offset + 5 + length;
    if (end > records.length) break;
    if (recordNumber === APPLICATION_RECORD) {
      const text = decodeMetadataText(records.subarray(offset + 5, end));
      textsByDataset.set(dataset, [...(textsByDataset.get(dataset) ?? []), text].slice(0, 100));
    }
    offset = end;
  }
  return {
    creators: textsByDataset.get(BY_LINE),
    copyright: textsByDataset.get(COPYRIGHT)?.[0],
    credit: textsByDataset.get(CREDIT)?.[0],
  };
}

/** Finds the records among the Photoshop resources. A TIFF contains the records without resources. */
function findRecords(iptc: Buffer): Buffer {
  const firstResource = iptc.indexOf('8BIM', 0, 'latin1');
  if (firstResource < 0 || iptc[0] === RECORD_MARKER) return iptc;
  for (
    let offset = firstResource;
    offset + 12 <= iptc.length && iptc.toString('latin1', offset, offset + 4) === '8BIM';
  ) {
    const id = iptc.readUInt16BE(offset + 4);
    // The name and the data of a resource are each padded to an even length.
    const nameBytes = 1 + iptc[offset + 6];
    const lengthOffset = offset + 6 + nameBytes + (nameBytes % 2);
    if (lengthOffset + 4 > iptc.length) break;
    const length = iptc.readUInt32BE(lengthOffset);
    const start = lengthOffset + 4;
    if (id === IPTC_RESOURCE) return iptc.subarray(start, start + length);
    offset = start + length + (length % 2);
  }
  return Buffer.alloc(0);
}
