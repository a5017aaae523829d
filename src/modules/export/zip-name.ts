import type { ImageFormat } from '../../platform/compression/inspect/image-format.js';
import { FORMATS } from '../../platform/compression/formats/index.js';
import { sanitizeNamePart } from '../../platform/http/file-names.js';

const MAX_NAME_LENGTH = 60;
const MIN_ROW_DIGITS = 4;

/**
 * Formats a name such as `0001-SKU1-1.jpg` from row, product and position. With several outputs, adds the
 * output name before the extension: `0001-SKU1-1-large.jpg`. Row, position and output make the name unique.
 * The sanitized product name cannot form a path, a hidden file or a device name.
 */
export function formatZipName(
  image: { row: number; position: number; productName: string; format: ImageFormat },
  productCount: number,
  output = '',
): string {
  const digits = Math.max(MIN_ROW_DIGITS, String(productCount).length);
  const name = sanitizeNamePart(image.productName, MAX_NAME_LENGTH);
  const row = String(image.row).padStart(digits, '0');
  const parts = [row, name, String(image.position), output].filter((part) => part !== '');
  return `${parts.join('-')}.${FORMATS[image.format].extension}`;
}
