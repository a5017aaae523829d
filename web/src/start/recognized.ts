import type { UploadChecked } from '../api/types.js';
import { counted } from '../format.js';

const FORMATS: Record<UploadChecked['format'], string> = {
  csv: 'CSV file',
  xlsx: 'Excel file',
  xml: 'XML feed',
};

/** “Shopify export”, or the format of a file of no known platform. */
export const kindOf = ({ platform, platform_title, format }: UploadChecked): string =>
  platform === 'generic' ? FORMATS[format] : `${platform_title} export`;

/** “Shopify export, 1,399 rows, 1,212 images”. */
export const recognized = (answer: UploadChecked): string =>
  [kindOf(answer), counted(answer.products, 'row'), counted(answer.images, 'image')].join(', ');
