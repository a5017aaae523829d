import type { Platform } from './platform.js';

/** Zboží.cz and Glami read the same format. */
export const heureka: Platform = {
  id: 'heureka',
  title: 'Heureka',
  signatures: [
    ['ITEM_ID', 'PRODUCTNAME', 'IMGURL'],
    ['PRODUCTNAME', 'URL', 'IMGURL'],
  ],
  imageColumns: ['IMGURL', 'IMGURL_ALTERNATIVE'],
  excludedColumns: ['URL', 'VIDEO_URL', 'ITEMGROUP_ID'],
  serialColumns: ['ITEM_ID'],
  nameColumns: ['PRODUCTNAME', 'PRODUCT'],
  sources: ['https://sluzby.heureka.cz/napoveda/xml-feed/'],
};
