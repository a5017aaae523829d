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
  checkedOn: '2026-11-26',
  notes: [
    'The accessible pages state no image size. The limits come from other publications.',
    'Some publications call 500 x 500 pixels the minimum, others a recommendation.',
    'The 8 MB limit applies to images in shared links. Other publications also apply it to catalogs.',
    'Meta recommends square images of at least 1,024 x 1,024 pixels.',
  ],
  limits: {
    formats: ['jpeg', 'png'],
    minWidth: 500,
    minHeight: 500,
    maxBytes: 8_000_000,
    allowsAnimation: false,
    requiresMatchingExtension: false,
  },
  outputs: [
    {
      name: 'meta',
      options: { quality: 85, format: 'jpeg', max_width: 1200, max_height: 1200 },
    },
  ],
};
