import type { Platform } from './platform.js';

export const etsy: Platform = {
  id: 'etsy',
  title: 'Etsy',
  signatures: [
    ['TITLE', 'CURRENCY_CODE', 'IMAGE1'],
    ['TITLE', 'TAGS', 'MATERIALS', 'IMAGE1'],
  ],
  images: ['IMAGE#'],
  serial: ['SKU'],
  name: ['TITLE'],
  sources: ['https://help.etsy.com/hc/en-us/articles/360000343508'],
};
