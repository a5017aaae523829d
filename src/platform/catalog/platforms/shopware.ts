import type { Platform } from './platform.js';

export const shopware: Platform = {
  id: 'shopware',
  title: 'Shopware',
  signatures: [
    ['id', 'product_number', 'cover_media_url'],
    ['product_number', 'manufacturer_name', 'cover_media_url'],
    ['ordernumber', 'mainnumber', 'name', 'supplier'],
    ['ordernumber', 'image', 'main', 'description'],
    ['ordernumber', 'imageUrl', 'main'],
  ],
  imageColumns: ['cover_media_url', 'media', 'imageUrl', 'image', 'cover.media.url'],
  serialColumns: ['product_number', 'ordernumber', 'id'],
  nameColumns: ['name'],
  sources: [
    'https://docs.shopware.com/en/shopware-6-en/settings/importexport',
    'https://docs.shopware.com/en/shopware-5-en/products-and-categories/import-export',
  ],
};
