import { MAX_PALETTE_PIXELS, MIN_PALETTE_QUALITY } from '../encode/encoder-settings.js';
import { insertPngChunk } from '../png/png-chunk.js';
import { addPngProfile, readPngColors } from '../colors/png-colors.js';
import { repairPng } from '../png/repair-png.js';
import { isAnimatedPng, stripPng } from '../metadata/strip-png.js';
import { toAsciiBytes, type FormatDescriptor } from './format-descriptor.js';

export const png: FormatDescriptor = {
  extension: 'png',
  contentType: 'image/png',
  signatures: [[0x89, ...toAsciiBytes('PNG\r\n\x1a\n')]],
  loader: 'VipsForeignLoadPngBuffer',
  maxSide: Infinity,
  frames: 'single',
  minQuality: MIN_PALETTE_QUALITY,
  repairImage: repairPng,
  hasUnreadFrames: isAnimatedPng,
  isTruncated: (bytes) => stripPng(bytes) === undefined,
  readColors: readPngColors,
  addProfile: addPngProfile,
  stripMetadata: stripPng,
  addExif: (bytes, exif) => insertPngChunk(bytes, 'eXIf', exif),
  addXmp: (bytes, xmp) => {
    const header = Buffer.from('XML:com.adobe.xmp\0\0\0\0\0', 'latin1');
    return insertPngChunk(bytes, 'iTXt', Buffer.concat([header, xmp]));
  },
  encodeImage: async (image, plan, header) => {
    const { encodePng } = await import('../encode/encode-png.js');
    return encodePng(image, plan, header);
  },
  estimateDecoderBytes: ({ isProgressive, bytesPerPixel }, pixelCount) =>
    isProgressive ? pixelCount * bytesPerPixel : 0,
  // A palette is computed from all pixels and compared with them. Its opacity is corrected in a copy.
  estimateEncoderBytesPerPixel: ({ quality, width, height }, { hasPalette, hasAlpha }) => {
    if (quality < 100 && width * height <= MAX_PALETTE_PIXELS) return hasAlpha ? 30 : 21;
    return hasPalette ? 6 : 2;
  },
};
