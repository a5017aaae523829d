import type { ImageFormat } from '../../platform/compression/image-format.js';
import { FORMAT_FACTS } from '../../platform/compression/image-format.js';
import { sanitizeNamePart } from '../../platform/http/file-names.js';

const MAX_NAME_LENGTH = 60;
const MIN_DIGITS = 4;

/**
 * `0001-SKU1-1.jpg`: row, product, position. Row and position make it unique whatever the product is
 * called; what is left of its name can be no path, no hidden file and no device of any system.
 */
export function zipName(
  image: { row: number; position: number; productName: string; format: ImageFormat },
  products: number,
): string {
  const digits = Math.max(MIN_DIGITS, String(products).length);
  const name = sanitizeNamePart(image.productName, MAX_NAME_LENGTH);
  const row = String(image.row).padStart(digits, '0');
  const parts = [row, name, String(image.position)].filter((part) => part !== '');
  return `${parts.join('-')}.${FORMAT_FACTS[image.format].extension}`;
}
