import type { ImageFormat } from '../../platform/compression/image-format.js';
import { FORMATS } from '../../platform/compression/formats/index.js';
import { sanitizeNamePart } from '../../platform/http/file-names.js';

const MAX_NAME_LENGTH = 60;
const MIN_DIGITS = 4;

/**
 * Returns a name such as `0001-SKU1-1.jpg`: row, product, position. Row and position make it unique. The
 * sanitized product name cannot form a path, a hidden file or a device name.
 */
export function zipName(
  image: { row: number; position: number; productName: string; format: ImageFormat },
  products: number,
): string {
  const digits = Math.max(MIN_DIGITS, String(products).length);
  const name = sanitizeNamePart(image.productName, MAX_NAME_LENGTH);
  const row = String(image.row).padStart(digits, '0');
  const parts = [row, name, String(image.position)].filter((part) => part !== '');
  return `${parts.join('-')}.${FORMATS[image.format].extension}`;
}
