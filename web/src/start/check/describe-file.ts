import type { UploadCheck } from '../../api/types.js';
import { formatQuantity } from '../../format.js';

const FORMATS: Record<UploadCheck['format'], string> = {
  csv: 'CSV file',
  xlsx: 'Excel file',
  xml: 'XML feed',
};

/** Describes the file type, for example “Shopify export”, or “CSV file” for an unknown platform. */
export const describeFileType = ({ platform, platform_title, format }: UploadCheck): string =>
  platform === 'generic' ? FORMATS[format] : `${platform_title} export`;

/**
 * Describes a file, for example “Shopify export, 1,399 rows, 636 products, 1,212 images”. Omits the products if
 * each row is a product.
 */
export function describeFile(response: UploadCheck): string {
  const { products: rowCount, distinct_products: productCount, images } = response;
  const parts = [describeFileType(response), formatQuantity(rowCount, 'row')];
  if (productCount !== rowCount) parts.push(formatQuantity(productCount, 'product'));
  return [...parts, formatQuantity(images, 'image')].join(', ');
}
