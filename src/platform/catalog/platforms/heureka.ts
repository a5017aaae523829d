import type { Platform } from './platform.js';

/** Also read by Zboží.cz and Glami. */
export const heureka: Platform = {
  id: 'heureka',
  title: 'Heureka',
  signatures: [
    ['ITEM_ID', 'PRODUCTNAME', 'IMGURL'],
    ['PRODUCTNAME', 'URL', 'IMGURL'],
  ],
  images: ['IMGURL', 'IMGURL_ALTERNATIVE'],
  notImages: ['URL', 'VIDEO_URL', 'ITEMGROUP_ID'],
  serial: ['ITEM_ID'],
  name: ['PRODUCTNAME', 'PRODUCT'],
  sources: ['https://sluzby.heureka.cz/napoveda/xml-feed/'],
};
