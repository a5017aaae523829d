import type { Platform } from './platform.js';

export const opencart: Platform = {
  id: 'opencart',
  title: 'OpenCart',
  signatures: [
    ['product_id', 'name(en)', 'image_name'],
    ['product_id', 'name', 'model', 'image_name'],
    ['product_id', 'name(en-gb)', 'image_name'],
    ['product_id', 'model', 'image', 'manufacturer'],
  ],
  imageColumns: ['image_name', 'image', 'additional_image#', 'images'],
  serialColumns: ['product_id', 'model', 'sku'],
  nameColumns: ['name', 'name(en)', 'name(en-gb)'],
  sources: ['https://www.opencart.com/index.php?route=marketplace/extension/info&extension_id=17'],
};
