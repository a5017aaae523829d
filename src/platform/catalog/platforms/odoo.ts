import type { Platform } from './platform.js';

export const odoo: Platform = {
  id: 'odoo',
  title: 'Odoo',
  signatures: [
    ['id', 'name', 'image_1920'],
    ['External ID', 'Name', 'image_1920'],
    ['id', 'name', 'default_code', 'product_template_image_ids/image_1920'],
  ],
  imageColumns: [
    'image_1920',
    'product_template_image_ids/image_1920',
    'product_variant_image_ids/image_1920',
    'Image',
  ],
  serialColumns: ['id', 'External ID', 'default_code', 'Internal Reference'],
  nameColumns: ['name', 'Name'],
  sources: [
    'https://www.odoo.com/documentation/17.0/applications/essentials/export_import_data.html',
  ],
};
