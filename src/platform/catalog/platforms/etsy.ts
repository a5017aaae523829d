import type { Platform } from './platform.js';

export const etsy: Platform = {
  id: 'etsy',
  title: 'Etsy',
  signatures: [
    ['TITLE', 'CURRENCY_CODE', 'IMAGE1'],
    ['TITLE', 'TAGS', 'MATERIALS', 'IMAGE1'],
    // Other names are in the language of the seller.
    ['CURRENCY_CODE', 'IMAGE1', 'SKU'],
    ['CURRENCY_CODE', 'IMMAGINE1', 'SKU'],
    ['CURRENCY_CODE', 'BILD1', 'SKU'],
    ['CURRENCY_CODE', 'IMAGEN1', 'SKU'],
    ['CURRENCY_CODE', 'FOTO1', 'SKU'],
    ['CURRENCY_CODE', 'AFBEELDING1', 'SKU'],
  ],
  images: ['IMAGE#', 'IMMAGINE#', 'BILD#', 'IMAGEN#', 'FOTO#', 'AFBEELDING#'],
  serial: ['SKU'],
  name: ['TITLE', 'TITOLO', 'TITEL', 'TITRE', 'TÍTULO'],
  sources: ['https://help.etsy.com/hc/en-us/articles/360000343508'],
};
