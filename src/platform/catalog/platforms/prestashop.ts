import type { Platform } from './platform.js';

export const prestashop: Platform = {
  id: 'prestashop',
  title: 'PrestaShop',
  signatures: [
    ['Product ID', 'Active (0/1)', 'Name *'],
    ['Active (0/1)', 'Image URLs (x,y,z...)'],
    ['id_product', 'Image URLs (x,y,z...)'],
    ['Product ID', 'Name *', 'Image URLs (x,y,z...)'],
    ['Product ID*', 'Attribute (Name:Type:Position)*', 'Image URL'],
    ['Product ID', 'Attribute (Name:Type:Position)*'],
  ],
  imageColumns: ['Image URLs (x,y,z...)', 'Image URL', 'Image'],
  serialColumns: ['Product ID', 'id_product', 'Reference #'],
  nameColumns: ['Name *', 'Name'],
  sources: [
    'https://docs.prestashop-project.org/1.7-documentation/user-guide/configuring-shop/advanced-parameters/import',
  ],
};
