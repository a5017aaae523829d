import type { Preset } from './preset.js';

export const meta: Preset = {
  id: 'meta',
  name: 'Meta',
  title: 'Meta catalog (Facebook and Instagram)',
  sources: [
    {
      url: 'https://developers.facebook.com/docs/commerce-platform/catalog/fields/',
      wasRead: false,
    },
    {
      url: 'https://developers.facebook.com/documentation/ads-commerce/catalog/best-practices',
      wasRead: true,
    },
  ],
  readOn: '2026-11-26',
  notes: [
    'The pages that could be read state no image size. The limits come from other publications.',
    'Some publications call 500 x 500 pixels the minimum, others a recommendation.',
    'The limit of 8 MB is that of images in shared links. Publications apply it to catalogs too.',
    'Meta recommends square images of at least 1,024 x 1,024 pixels.',
  ],
  limits: {
    formats: ['jpeg', 'png'],
    minWidth: 500,
    minHeight: 500,
    maxBytes: 8_000_000,
    animation: false,
    matchingExtension: false,
  },
  outputs: [
    {
      name: 'meta',
      options: { quality: 85, format: 'jpeg', max_width: 1200, max_height: 1200 },
    },
  ],
};
