import type { Platform } from './platform.js';

export const ebay: Platform = {
  id: 'ebay',
  title: 'eBay',
  signatures: [
    ['Custom label (SKU)', 'Item photo URL'],
    ['Custom label (SKU)', 'Title', 'Category ID'],
    ['CustomLabel', 'PicURL'],
    ['Item number', 'Title', 'Custom label (SKU)'],
  ],
  preamble: '#INFO',
  imageColumns: ['Item photo URL', 'PicURL', 'Photo'],
  serialColumns: ['Custom label (SKU)', 'CustomLabel', 'Item number'],
  nameColumns: ['Title'],
  sources: ['https://pages.ebay.com/sh/reports/help/uploadable-file-feeds'],
};
