import type { Platform } from './platform.js';

export const bigcommerce: Platform = {
  id: 'bigcommerce',
  title: 'BigCommerce',
  signatures: [
    ['Item Type', 'Product ID', 'Product Name', 'Product Code/SKU'],
    ['Product ID', 'Product Image File - 1'],
    ['Item', 'Name', 'Type', 'SKU', 'Image URL (Import)'],
    ['Item', 'ID', 'Name', 'Internal Image URL (Export)'],
  ],
  imageColumns: [
    'Product Image URL - #',
    'Image URL (Import)',
    'Internal Image URL (Export)',
    'Variant Image URL',
  ],
  excludedColumns: ['Product Image File - #', 'Product Image ID - #'],
  serialColumns: ['Product ID', 'ID', 'Product Code/SKU', 'SKU'],
  nameColumns: ['Product Name', 'Name'],
  sources: ['https://support.bigcommerce.com/articles/en_US/Knowledge/Supported-Product-Fields'],
};
