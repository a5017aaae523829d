import type { Platform } from './platform.js';

export const shopify: Platform = {
  id: 'shopify',
  title: 'Shopify',
  signatures: [
    ['Handle', 'Title', 'Image Src'],
    ['Handle', 'Image Src', 'Variant SKU'],
    ['Handle', 'Image Src', 'Image Position'],
    ['URL handle', 'Title', 'Product image URL'],
    ['Handle', 'Command', 'Image Src'],
    ['ID', 'Handle', 'Command', 'Title'],
  ],
  imageColumns: ['Image Src', 'Variant Image', 'Product image URL', 'Variant image URL'],
  serialColumns: ['ID', 'Handle', 'URL handle'],
  nameColumns: ['Title'],
  sources: [
    'https://help.shopify.com/en/manual/products/import-export/using-csv',
    'https://matrixify.app/documentation/products/',
  ],
};
