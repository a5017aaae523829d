import type { Platform } from './platform.js';

export const googleMerchant: Platform = {
  id: 'google-merchant',
  title: 'Google Merchant Center',
  signatures: [
    ['id', 'title', 'image_link', 'availability'],
    ['id', 'title', 'link', 'image_link'],
    ['id', 'title', 'image link', 'availability'],
  ],
  imageColumns: [
    'image_link',
    'additional_image_link',
    'image link',
    'additional image link',
    'lifestyle_image_link',
  ],
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
  sources: ['https://support.google.com/merchants/answer/7052112'],
};
