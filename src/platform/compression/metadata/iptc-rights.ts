import { decodeMetadataText } from './metadata-text.js';
import type { Rights } from './rights.js';

/** Photoshop image resource that contains IPTC-IIM records. */
const IPTC_RESOURCE = 0x0404;
const RECORD_MARKER = 0x1c;
const APPLICATION_RECORD = 2;
const [BY_LINE, CREDIT, COPYRIGHT] = [80, 110, 116];

/** Reads By-line, Credit and Copyright Notice (IPTC-IIM 4.2, section 6). */
export function iptcRights(iptc: Buffer): Partial<Rights> {
  const records = findRecords(iptc);
  const texts = new Map<number, string[]>();
  for (let at = 0; at + 5 <= records.length && records[at] === RECORD_MARKER;) {
    const [record, dataset] = [records[at + 1], records[at + 2]];
    const length = records.readUInt16BE(at + 3);
    // The highest bit announces a longer length, which these texts never need.
    if (length > 0x7fff) break;
    const end = at + 5 + length;
    if (end > records.length) break;
    if (record === APPLICATION_RECORD) {
      const text = decodeMetadataText(records.subarray(at + 5, end));
      texts.set(dataset, [...(texts.get(dataset) ?? []), text].slice(0, 100));
    }
    at = end;
  }
  return {
    creators: texts.get(BY_LINE),
    copyright: texts.get(COPYRIGHT)?.[0],
    credit: texts.get(CREDIT)?.[0],
  };
}

/** Finds the records among the resources of Photoshop. A TIFF contains them without the resources. */
function findRecords(iptc: Buffer): Buffer {
  const first = iptc.indexOf('8BIM', 0, 'latin1');
  if (first < 0 || iptc[0] === RECORD_MARKER) return iptc;
  for (let at = first; at + 12 <= iptc.length && iptc.toString('latin1', at, at + 4) === '8BIM';) {
    const id = iptc.readUInt16BE(at + 4);
    // The name of a resource is padded to an even length, and so are its data.
    const nameBytes = 1 + iptc[at + 6];
    const lengthAt = at + 6 + nameBytes + (nameBytes % 2);
    if (lengthAt + 4 > iptc.length) break;
    const length = iptc.readUInt32BE(lengthAt);
    const start = lengthAt + 4;
    if (id === IPTC_RESOURCE) return iptc.subarray(start, start + length);
    at = start + length + (length % 2);
  }
  return Buffer.alloc(0);
}
