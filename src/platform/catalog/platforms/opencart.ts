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
  images: ['image_name', 'image', 'additional_image#', 'images'],
  serial: ['product_id', 'model', 'sku'],
  name: ['name', 'name(en)', 'name(en-gb)'],
  sources: ['https://www.opencart.com/index.php?route=marketplace/extension/info&extension_id=17'],
};
