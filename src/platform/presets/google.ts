import type { Preset } from './preset.js';

export const google: Preset = {
  id: 'google',
  name: 'Google',
  title: 'Google Merchant Center',
  sources: [{ url: 'https://support.google.com/merchants/answer/6324350', wasRead: true }],
  checkedOn: '2026-11-26',
  notes: [
    'The minimum of 500 x 500 pixels is enforced from 2027-01-31.',
    'Some translations still state the former minimums: 100 x 100 pixels, and 250 x 250 pixels for apparel.',
    'Google recommends at least 1,500 x 1,500 pixels. Other publications say that it rejects enlarged images.',
    'The page lists GIF and does not mention animation. Other publications say that only still GIFs are accepted.',
    'Google also accepts BMP, which Pressroom does not read.',
  ],
  limits: {
    formats: ['jpeg', 'webp', 'png', 'gif', 'tiff'],
    minWidth: 500,
    minHeight: 500,
    maxPixels: 64_000_000,
    maxBytes: 16_000_000,
    allowsAnimation: false,
    requiresMatchingExtension: true,
  },
  outputs: [
    {
      name: 'google',
      options: { quality: 80, format: 'jpeg', max_width: 2048, max_height: 2048 },
    },
  ],
};
