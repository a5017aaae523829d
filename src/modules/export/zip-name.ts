import type { ImageFormat } from '../../platform/compression/inspect/image-format.js';
import { FORMATS } from '../../platform/compression/formats/index.js';
import { sanitizeNamePart } from '../../platform/http/file-names.js';

const MAX_NAME_LENGTH = 60;
const MIN_DIGITS = 4;

/**
 * Returns a name such as `0001-SKU1-1.jpg`: row, product, position. Of several outputs, each has its name
 * before the extension, as `0001-SKU1-1-large.jpg`. Row, position and output make it unique. The sanitized product name cannot form a path, a hidden file or a device name.
 */
export function zipName(
  image: { row: number; position: number; productName: string; format: ImageFormat },
  products: number,
  output = '',
): string {
  const digits = Math.max(MIN_DIGITS, String(products).length);
  const name = sanitizeNamePart(image.productName, MAX_NAME_LENGTH);
  const row = String(image.row).padStart(digits, '0');
  const parts = [row, name, String(image.position), output].filter((part) => part !== '');
  return `${parts.join('-')}.${FORMATS[image.format].extension}`;
}
