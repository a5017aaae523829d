import type { Platform } from './platform.js';

export const meta: Platform = {
  id: 'meta',
  title: 'Meta catalog',
  signatures: [
    ['id', 'title', 'image_link', 'fb_product_category'],
    ['id', 'title', 'image_link', 'availability', 'fb_product_category'],
    ['id', 'title', 'image_link', 'availability', 'quantity_to_sell_on_facebook'],
    ['id', 'title', 'image_link', 'quantity_to_sell_on_facebook'],
    ['id', 'title', 'image[0].url'],
    ['id', 'name', 'image_url', 'retailer_id'],
  ],
  preamble: '# Required |',
  imageColumns: ['image_link', 'additional_image_link', 'image[#].url'],
  excludedColumns: [
    'link',
    'mobile_link',
    'canonical_link',
    'ads_redirect',
    'video_link',
    'virtual_model_link',
    'checkout_link_template',
    'video[#].url',
  ],
  serialColumns: ['id'],
  nameColumns: ['title'],
  sources: ['https://www.facebook.com/business/help/120325381656392'],
};
