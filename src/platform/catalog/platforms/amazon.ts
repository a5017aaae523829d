import type { Platform } from './platform.js';

export const amazon: Platform = {
  id: 'amazon',
  title: 'Amazon',
  signatures: [
    ['item_sku', 'item_name', 'main_image_url'],
    ['item_sku', 'main_image_url'],
    ['contribution_sku#1.value', 'main_product_image_locator#1.media_location'],
    ['contribution_sku#1.value', 'product_type#1.value'],
    ['seller-sku', 'item-name', 'image-url'],
  ],
  preamble: 'TemplateType=',
  imageColumns: [
    'main_image_url',
    'other_image_url#',
    'swatch_image_url',
    'main_offer_image',
    'offer_image#',
    'image-url',
    'main_product_image_locator#.media_location',
    'swatch_product_image_locator#.media_location',
  ],
  serialColumns: ['item_sku', 'seller-sku', 'contribution_sku#.value', 'SKU'],
  nameColumns: ['item_name', 'item-name', 'item_name#.value'],
  sources: ['https://sellercentral.amazon.com/help/hub/reference/G1641'],
};
