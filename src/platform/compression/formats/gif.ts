import { gifSettings } from '../encode/encoder-settings.js';
import { frameTiming } from '../encode/frame-timing.js';
import { nameTransparentIndex } from '../gif/gif-canvas.js';
import { trimAfterLastImage, gifXmp, insertGifXmp, stripGif } from '../metadata/strip-gif.js';
import { ascii, type FormatDescriptor } from './format-descriptor.js';

export const gif: FormatDescriptor = {
  extension: 'gif',
  contentType: 'image/gif',
  signatures: [ascii('GIF87a'), ascii('GIF89a')],
  loader: 'VipsForeignLoadNsgifBuffer',
  maxSide: 65_535,
  frames: 'animation',
  makeReadable: (bytes) => nameTransparentIndex(trimAfterLastImage(bytes)),
  xmpText: gifXmp,
  strip: stripGif,
  addXmp: insertGifXmp,
  encode: (image, plan, header) =>
    image.gif({ ...gifSettings(plan.quality), ...frameTiming(header, plan) }).toBuffer(),
  // The canvas, and the previous frame.
  decoderBytes: (_header, pixels) => pixels * 8,
  encoderBytesPerPixel: () => 13,
};
