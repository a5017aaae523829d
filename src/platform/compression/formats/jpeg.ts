import { FULL_CHROMA_QUALITY } from '../encode/encoder-settings.js';
import { estimateCoefficientBytes } from '../jpeg/coefficient-bytes.js';
import { appendMissingEoi } from '../jpeg/append-missing-eoi.js';
import { insertJpegSegment } from '../jpeg/insert-segment.js';
import { MARKER } from '../jpeg/segments.js';
import { addJpegProfile, readJpegColors } from '../colors/jpeg-colors.js';
import { stripJpeg } from '../metadata/strip-jpeg.js';
import type { FormatDescriptor } from './format-descriptor.js';

export const jpeg: FormatDescriptor = {
  extension: 'jpg',
  contentType: 'image/jpeg',
  signatures: [[0xff, 0xd8, 0xff]],
  loader: 'VipsForeignLoadJpegBuffer',
  maxSide: 65_500,
  frames: 'single',
  minQuality: 1,
  makeReadable: appendMissingEoi,
  readColors: readJpegColors,
  addProfile: addJpegProfile,
  stripMetadata: stripJpeg,
  addExif: (bytes, exif) => insertJpegSegment(bytes, MARKER.APP1, 'Exif\0\0', exif),
  addXmp: (bytes, xmp) =>
    insertJpegSegment(bytes, MARKER.APP1, 'http://ns.adobe.com/xap/1.0/\0', xmp),
  encodeImage: async (image, plan, { hasFullChroma }) => {
    const { encodeJpeg } = await import('../encode/encode-jpeg.js');
    return encodeJpeg(image, plan, hasFullChroma);
  },
  estimateDecoderBytes: (_header, pixelCount, bytes) => estimateCoefficientBytes(bytes, pixelCount),
  // All coefficients stay in memory until the Huffman tables are optimized for the image.
  // The search for fine chroma keeps all pixels in memory before they are encoded.
  estimateEncoderBytesPerPixel: ({ effort, quality }, { hasFullChroma }) =>
    (effort === 'fast' ? 1 : 6) + (hasFullChroma && quality < FULL_CHROMA_QUALITY ? 3 : 0),
};
