import { readAvifMeta } from '../../compression/avif/avif-items.js';
import { readMiniImage } from '../../compression/avif/avif-mini.js';
import type { ImageSize } from './image-size.js';

const BOX_HEADER_BYTES = 8;

/** ISO/IEC 23008-12. @returns undefined if the box `meta` or `mini` is not completely among the bytes */
export function readAvifSize(bytes: Buffer): ImageSize | undefined {
  let at = 0;
  let animated = false;
  while (at + BOX_HEADER_BYTES <= bytes.length) {
    const size = bytes.readUInt32BE(at);
    const type = bytes.toString('latin1', at + 4, at + 8);
    const end = at + size;
    // Sizes of 0 and 1 belong to boxes of pixels.
    if (size < BOX_HEADER_BYTES || end > bytes.length) return undefined;
    if (type === 'ftyp') animated = bytes.toString('latin1', at + 8, end).includes('avis');
    if (type === 'meta') return sizeInMeta(bytes.subarray(0, end), animated);
    if (type === 'mini') return sizeInMini(bytes.subarray(0, end));
    at = end;
  }
  return undefined;
}

function sizeInMini(bytes: Buffer): ImageSize | undefined {
  const mini = readMiniImage(bytes);
  if (!mini) return undefined;
  const [width, height] = [mini.getValue('width') + 1, mini.getValue('height') + 1];
  const isTurned = mini.getValue('orientation') + 1 >= 5;
  return isTurned
    ? { width: height, height: width, animated: false }
    : { width, height, animated: false };
}

function sizeInMeta(bytes: Buffer, animated: boolean): ImageSize | undefined {
  const { primary, properties = [] } = readAvifMeta(bytes) ?? {};
  const ofImage = primary?.properties ?? properties;
  const size = ofImage.find(({ type }) => type === 'ispe')?.payload;
  if (size === undefined || size.length < 12) return undefined;
  const rotation = ofImage.find(({ type }) => type === 'irot')?.payload[0] ?? 0;
  const [width, height] = [size.readUInt32BE(4), size.readUInt32BE(8)];
  return rotation % 2 === 1
    ? { width: height, height: width, animated }
    : { width, height, animated };
}
