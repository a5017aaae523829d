import { readAvifMeta } from '../../compression/avif/avif-items.js';
import { readMiniImage } from '../../compression/avif/avif-mini.js';
import type { ImageSize } from './image-size.js';

const BOX_HEADER_BYTES = 8;

/**
 * Reads the size of an AVIF image (ISO/IEC 23008-12).
 * @returns undefined if the bytes do not contain a complete `meta` or `mini` box
 */
export function readAvifSize(bytes: Buffer): ImageSize | undefined {
  let offset = 0;
  let animated = false;
  while (offset + BOX_HEADER_BYTES <= bytes.length) {
    const size = bytes.readUInt32BE(offset);
    const type = bytes.toString('latin1', offset + 4, offset + 8);
    const end = offset + size;
    // Only boxes with pixel data have a size of 0 (up to the end of the file) or 1 (64-bit size).
    if (size < BOX_HEADER_BYTES || end > bytes.length) return undefined;
    if (type === 'ftyp') animated = bytes.toString('latin1', offset + 8, end).includes('avis');
    if (type === 'meta') return readSizeFromMeta(bytes.subarray(0, end), animated);
    if (type === 'mini') return readSizeFromMini(bytes.subarray(0, end));
    offset = end;
  }
  return undefined;
}

function readSizeFromMini(bytes: Buffer): ImageSize | undefined {
  const mini = readMiniImage(bytes);
  if (!mini) return undefined;
  const [width, height] = [mini.getValue('width') + 1, mini.getValue('height') + 1];
  const isRotated = mini.getValue('orientation') + 1 >= 5;
  return isRotated
    ? { width: height, height: width, animated: false }
    : { width, height, animated: false };
}

function readSizeFromMeta(bytes: Buffer, animated: boolean): ImageSize | undefined {
  const { primary, properties = [] } = readAvifMeta(bytes) ?? {};
  const imageProperties = primary?.properties ?? properties;
  const size = imageProperties.find(({ type }) => type === 'ispe')?.payload;
  if (size === undefined || size.length < 12) return undefined;
  const rotation = imageProperties.find(({ type }) => type === 'irot')?.payload[0] ?? 0;
  const [width, height] = [size.readUInt32BE(4), size.readUInt32BE(8)];
  return rotation % 2 === 1
    ? { width: height, height: width, animated }
    : { width, height, animated };
}
