import type { Platform } from './platform.js';

export const yandexMarket: Platform = {
  id: 'yandex-market',
  title: 'Yandex Market',
  signatures: [
    ['id', 'available', 'url', 'currencyId', 'picture'],
    ['id', 'url', 'price', 'currencyId', 'category', 'picture'],
    ['id', 'currencyId', 'picture'],
    ['currencyId', 'categoryId', 'picture'],
  ],
  imageColumns: ['picture', 'Ссылка на изображение'],
  serialColumns: ['id'],
  nameColumns: ['name', 'model'],
  sources: ['https://yandex.ru/support/marketplace/assortment/fields/index.html'],
};
