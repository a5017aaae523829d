import { createGifSettings } from '../encode/encoder-settings.js';
import { getFrameTiming } from '../encode/frame-timing.js';
import { declareTransparentIndex } from '../gif/gif-canvas.js';
import { trimAfterLastImage, readGifXmp, insertGifXmp, stripGif } from '../metadata/strip-gif.js';
import { toAsciiBytes, type FormatDescriptor } from './format-descriptor.js';

export const gif: FormatDescriptor = {
  extension: 'gif',
  contentType: 'image/gif',
  signatures: [toAsciiBytes('GIF87a'), toAsciiBytes('GIF89a')],
  loader: 'VipsForeignLoadNsgifBuffer',
  maxSide: 65_535,
  frames: 'animation',
  makeReadable: (bytes) => declareTransparentIndex(trimAfterLastImage(bytes)),
  readXmpText: readGifXmp,
  stripMetadata: stripGif,
  addXmp: insertGifXmp,
  encodeImage: (image, plan, header) =>
    image.gif({ ...createGifSettings(plan.quality), ...getFrameTiming(header, plan) }).toBuffer(),
  // Covers the canvas and the previous frame.
  estimateDecoderBytes: (_header, pixelCount) => pixelCount * 8,
  estimateEncoderBytesPerPixel: () => 13,
};
