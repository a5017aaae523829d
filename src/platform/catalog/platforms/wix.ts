import type { Platform } from './platform.js';

/** File in the Wix media manager: `5e7d77_…~mv2.png` or `wix:image://v1/5e7d77_…~mv2.png/mug.png#…`. */
const MEDIA_ID =
  /^(?:wix:image:\/\/v1\/)?([0-9a-f]{5,8}_[0-9a-f]{32}(?:~mv2(?:_d_[\w]+)?)?(?:\.[a-z]{3,4})?)(?:[/#].*)?$/i;

export const wix: Platform = {
  id: 'wix',
  title: 'Wix',
  signatures: [
    ['handleId', 'fieldType', 'name', 'productImageUrl'],
    ['handle', 'fieldType', 'name', 'media'],
  ],
  imageColumns: ['productImageUrl', 'media'],
  serialColumns: ['handleId', 'handle'],
  nameColumns: ['name'],
  toMediaUrl: (text) => {
    const id = MEDIA_ID.exec(text)?.[1];
    return id === undefined ? undefined : `https://static.wixstatic.com/media/${id}`;
  },
  sources: [
    'https://support.wix.com/en/article/wix-stores-importing-and-exporting-your-product-catalog',
  ],
};
