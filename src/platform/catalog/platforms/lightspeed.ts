import type { Platform } from './platform.js';

export const lightspeed: Platform = {
  id: 'lightspeed',
  title: 'Lightspeed',
  signatures: [
    ['Internal_ID', 'Internal_Variant_ID', 'Images'],
    ['Internal_ID', 'Internal_Variant_ID', 'Visible'],
    ['Product ID', 'Variant ID', 'SKU', 'Article code'],
    ['System ID', 'UPC', 'EAN', 'Custom SKU'],
  ],
  imageColumns: ['Images', 'Image', 'Featured Image'],
  serialColumns: ['Internal_ID', 'Internal_Variant_ID', 'System ID', 'Product ID', 'SKU'],
  nameColumns: ['US_Title_Short', 'EN_Title_Short', 'NL_Title_Short', 'Item', 'Title'],
  sources: ['https://ecom-support.lightspeedhq.com/hc/en-us/articles/115003668594'],
};
