import type { ImageFormat } from './image-format.js';
import { MARKER, segmentAt } from './jpeg/segments.js';
import { pngChunk } from './png-chunk.js';
import { appendWebpChunk } from './strip-webp.js';

/** Terms of the IPTC vocabulary that tell how a picture was made (cv.iptc.org/newscodes/digitalsourcetype). */
const SOURCE_TYPES = new Set([
  'algorithmicMedia',
  'algorithmicallyEnhanced',
  'compositeCapture',
  'compositeSynthetic',
  'compositeWithTrainedAlgorithmicMedia',
  'computationalCapture',
  'dataDrivenMedia',
  'digitalArt',
  'digitalCapture',
  'digitalCreation',
  'humanEdits',
  'minorHumanEdits',
  'multiFrameComputationalCapture',
  'negativeFilm',
  'positiveFilm',
  'print',
  'screenCapture',
  'softwareImage',
  'trainedAlgorithmicMedia',
  'virtualRecording',
]);
const TERM = /newscodes\/digitalsourcetype\/([A-Za-z]{1,64})/;

/**
 * XMP that says how the picture was made, and nothing else of what `xmp` says. Marketplaces require it of
 * generated images.
 *
 * @returns nothing where the property is absent, or its value is none of the vocabulary
 */
export function provenanceOf(xmp: string): Buffer | undefined {
  const property = xmp.indexOf('DigitalSourceType');
  const term = property < 0 ? undefined : TERM.exec(xmp.slice(property, property + 400))?.[1];
  if (term === undefined || !SOURCE_TYPES.has(term)) return undefined;
  return Buffer.from(
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">' +
      '<rdf:Description rdf:about="" xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/" ' +
      `Iptc4xmpExt:DigitalSourceType="http://cv.iptc.org/newscodes/digitalsourcetype/${term}"/>` +
      '</rdf:RDF></x:xmpmeta>',
  );
}

type Writer = (bytes: Buffer, xmp: Buffer) => Buffer;

/** For files without XMP. TIFF and AVIF have no entry: their offsets do not let anything be added. */
const WRITERS: Partial<Record<ImageFormat, Writer>> = {
  jpeg: (bytes, xmp) =>
    insertJpegSegment(bytes, MARKER.APP1, 'http://ns.adobe.com/xap/1.0/\0', xmp),
  png: (bytes, xmp) => {
    const head = Buffer.from('XML:com.adobe.xmp\0\0\0\0\0', 'latin1');
    return insertAt(bytes, 33, pngChunk('iTXt', Buffer.concat([head, xmp])));
  },
  // A WebP that had XMP has the VP8X chunk that announces it.
  webp: (bytes, xmp) => appendWebpChunk(bytes, 'XMP ', xmp),
  gif: insertGifXmp,
};

/** @returns the bytes with the XMP; the same bytes where the format takes none */
export function addProvenance(bytes: Buffer, format: ImageFormat, xmp: Buffer | undefined): Buffer {
  return (xmp && WRITERS[format]?.(bytes, xmp)) ?? bytes;
}

/** Behind the JFIF header, which has to come first. */
export function insertJpegSegment(
  bytes: Buffer,
  marker: number,
  name: string,
  payload: Buffer,
): Buffer {
  const first = segmentAt(bytes, 2);
  const at = first?.marker === MARKER.APP0 ? first.end : 2;
  const head = Buffer.from([0xff, marker, 0, 0, ...Buffer.from(name, 'latin1')]);
  head.writeUInt16BE(head.length - 2 + payload.length, 2);
  return insertAt(bytes, at, Buffer.concat([head, payload]));
}

/** Before the trailer; the packet is followed by bytes that lead any reader to the end (XMP part 3). */
function insertGifXmp(bytes: Buffer, xmp: Buffer): Buffer {
  const hasTrailer = bytes.at(-1) === 0x3b;
  const magic = Buffer.from([0x01, ...Array.from({ length: 256 }, (_, i) => 255 - i), 0x00]);
  const head = Buffer.from('!\xff\x0bXMP DataXMP', 'latin1');
  return insertAt(bytes, bytes.length - (hasTrailer ? 1 : 0), Buffer.concat([head, xmp, magic]));
}

export const insertAt = (bytes: Buffer, at: number, added: Buffer): Buffer =>
  Buffer.concat([bytes.subarray(0, at), added, bytes.subarray(at)]);
