import type { Platform } from './platform.js';

export const ecwid: Platform = {
  id: 'ecwid',
  title: 'Ecwid',
  signatures: [
    ['type', 'product_sku', 'product_name'],
    ['product_internal_id', 'product_sku', 'product_name'],
    ['product_name', 'product_media_main_image_url'],
  ],
  imageColumns: [
    'product_media_main_image_url',
    'product_media_gallery_image_url_#',
    'product_variation_image_url',
  ],
  serialColumns: ['product_sku', 'product_internal_id'],
  nameColumns: ['product_name'],
  sources: ['https://support.ecwid.com/hc/en-us/articles/360011125640'],
};
