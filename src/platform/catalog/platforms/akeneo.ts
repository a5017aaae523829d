import type { Platform } from './platform.js';

export const akeneo: Platform = {
  id: 'akeneo',
  title: 'Akeneo',
  signatures: [
    ['sku', 'categories', 'enabled', 'family', 'groups'],
    ['sku', 'family', 'parent', 'enabled'],
    ['identifier', 'family', 'categories', 'enabled'],
  ],
  imageColumns: ['image', 'images', 'picture', 'picture_#'],
  serialColumns: ['sku', 'identifier'],
  nameColumns: ['name', 'name-en_US'],
  sources: ['https://help.akeneo.com/serenity-build-your-import-files'],
};
