import type { Platform } from './platform.js';

export const magento: Platform = {
  id: 'magento',
  title: 'Magento',
  signatures: [
    ['sku', 'store_view_code', 'attribute_set_code'],
    ['sku', 'attribute_set_code', 'base_image'],
    ['sku', 'product_type', 'additional_images'],
    ['sku', '_attribute_set', '_media_image'],
    ['sku', '_store', '_attribute_set', '_type'],
  ],
  imageColumns: [
    'base_image',
    'small_image',
    'thumbnail_image',
    'swatch_image',
    'additional_images',
    'image',
    'thumbnail',
    '_media_image',
  ],
  sharesImages: true,
  serialColumns: ['sku'],
  nameColumns: ['name'],
  sources: [
    'https://experienceleague.adobe.com/en/docs/commerce-admin/systems/data-transfer/data-attributes-product',
  ],
};
