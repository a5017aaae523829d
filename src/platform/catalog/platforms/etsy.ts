import type { Platform } from './platform.js';

export const etsy: Platform = {
  id: 'etsy',
  title: 'Etsy',
  signatures: [
    ['TITLE', 'CURRENCY_CODE', 'IMAGE1'],
    ['TITLE', 'TAGS', 'MATERIALS', 'IMAGE1'],
    // The other column names are in the seller's language.
    ['CURRENCY_CODE', 'IMAGE1', 'SKU'],
    ['CURRENCY_CODE', 'IMMAGINE1', 'SKU'],
    ['CURRENCY_CODE', 'BILD1', 'SKU'],
    ['CURRENCY_CODE', 'IMAGEN1', 'SKU'],
    ['CURRENCY_CODE', 'FOTO1', 'SKU'],
    ['CURRENCY_CODE', 'AFBEELDING1', 'SKU'],
  ],
  imageColumns: ['IMAGE#', 'IMMAGINE#', 'BILD#', 'IMAGEN#', 'FOTO#', 'AFBEELDING#'],
  serialColumns: ['SKU'],
  nameColumns: ['TITLE', 'TITOLO', 'TITEL', 'TITRE', 'TÍTULO'],
  sources: ['https://help.etsy.com/hc/en-us/articles/360000343508'],
};
