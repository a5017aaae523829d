import type { Platform } from './platform.js';

export const woocommerce: Platform = {
  id: 'woocommerce',
  title: 'WooCommerce',
  signatures: [
    ['ID', 'Type', 'SKU', 'Name', 'Published', 'Images'],
    ['ID', 'Type', 'SKU', 'Name', 'Images'],
    ['Type', 'SKU', 'Name', 'Images', 'Parent'],
    ['post_title', 'post_name', 'images'],
    ['ID', 'post_title', 'images'],
    ['Typ', 'Artikelnummer', 'Bilder'],
    ['Type', 'UGS', 'Images'],
    ['Tipo', 'SKU', 'Imágenes'],
  ],
  images: [
    'Images',
    'images',
    'Bilder',
    'Imágenes',
    'Immagini',
    'Afbeeldingen',
    'Imagens',
    'Изображения',
  ],
  serial: ['ID', 'SKU', 'sku', 'Artikelnummer', 'UGS'],
  name: ['Name', 'post_title', 'Nom', 'Nombre'],
  sources: ['https://woocommerce.com/document/product-csv-importer-exporter/'],
};
