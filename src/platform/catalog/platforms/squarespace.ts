import type { Platform } from './platform.js';

export const squarespace: Platform = {
  id: 'squarespace',
  title: 'Squarespace',
  signatures: [
    ['Product ID [Non Editable]', 'Variant ID [Non Editable]'],
    ['Product Type [Non Editable]', 'Hosted Image URLs'],
  ],
  imageColumns: ['Hosted Image URLs'],
  serialColumns: ['SKU', 'Product ID [Non Editable]'],
  nameColumns: ['Title'],
  sources: ['https://support.squarespace.com/hc/en-us/articles/115000378108'],
};
