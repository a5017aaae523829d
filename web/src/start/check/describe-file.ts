import type { UploadChecked } from '../../api/types.js';
import { formatQuantity } from '../../format.js';

const FORMATS: Record<UploadChecked['format'], string> = {
  csv: 'CSV file',
  xlsx: 'Excel file',
  xml: 'XML feed',
};

/** Returns a text such as “Shopify export”, or the format of a file of no known platform. */
export const describeType = ({ platform, platform_title, format }: UploadChecked): string =>
  platform === 'generic' ? FORMATS[format] : `${platform_title} export`;

/** Returns “Shopify export, 1,399 rows, 636 products, 1,212 images”. Omits products when each row is one. */
export function describeFile(response: UploadChecked): string {
  const { products: rows, distinct_products: products, images } = response;
  const parts = [describeType(response), formatQuantity(rows, 'row')];
  if (products !== rows) parts.push(formatQuantity(products, 'product'));
  return [...parts, formatQuantity(images, 'image')].join(', ');
}
