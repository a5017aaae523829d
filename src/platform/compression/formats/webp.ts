import { mayBeSmallerIfLossless } from '../encode/lossless-webp.js';
import { attachXmp } from '../metadata/kept-xmp.js';
import {
  appendWebpChunk,
  correctFileSize,
  countWebpFrames,
  stripWebp,
} from '../metadata/strip-webp.js';
import { toAsciiBytes, type FormatDescriptor } from './format-descriptor.js';

const RIFF_SIZE = [null, null, null, null];

export const webp: FormatDescriptor = {
  extension: 'webp',
  contentType: 'image/webp',
  signatures: [[...toAsciiBytes('RIFF'), ...RIFF_SIZE, ...toAsciiBytes('WEBP')]],
  loader: 'VipsForeignLoadWebpBuffer',
  maxSide: 16_383,
  frames: 'animation',
  makeReadable: correctFileSize,
  countFrames: countWebpFrames,
  minQuality: 1,
  // Chromium and Firefox ignore the EXIF orientation.
  ignoresOrientation: true,
  isTruncated: (bytes) => bytes.length < 12 || 8 + bytes.readUInt32LE(4) > bytes.length,
  // A WebP that had XMP has the VP8X chunk that declares it.
  stripMetadata: (bytes, { keptXmp }) => {
    const stripped = stripWebp(bytes);
    return stripped && keptXmp ? appendWebpChunk(stripped, 'XMP ', keptXmp) : stripped;
  },
  encodeImage: async (image, plan, header) => {
    const { encodeWebp } = await import('../encode/encode-webp.js');
    return encodeWebp(attachXmp(image, header.keptXmp), plan, header);
  },
  estimateDecoderBytes: ({ frames, bytesPerPixel }, pixelCount) =>
    pixelCount * (frames > 1 ? 8 : bytesPerPixel),
  estimateEncoderBytesPerPixel: (plan, header) =>
    plan.quality === 100 || mayBeSmallerIfLossless(header, plan) ? 20 : 6,
};
