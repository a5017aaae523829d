import type { Preset } from './preset.js';

export const amazon: Preset = {
  id: 'amazon',
  name: 'Amazon',
  title: 'Amazon',
  sources: [
    { url: 'https://sellercentral.amazon.com/gp/help/external/G9FUUH87RBNXGKB7', wasRead: true },
    { url: 'https://sellercentral.amazon.com/gp/help/external/G1881', wasRead: false },
  ],
  checkedOn: '2026-11-26',
  notes: [
    'The page asks for 1,000 pixels on the longest side, the minimum for zoom.',
    'Other publications state 500 pixels as the minimum, without zoom.',
    'The 10 MB limit comes from other publications. The accessible part of the page states no limit.',
    'The main image requires a pure white background, which Pressroom does not check.',
    'Bulk uploads require names such as `B000123456.MAIN.jpg`: ASIN, variant code and extension.',
  ],
  limits: {
    formats: ['jpeg', 'tiff', 'png', 'gif'],
    minLongestSide: 1000,
    maxLongestSide: 10_000,
    maxBytes: 10_000_000,
    allowsAnimation: false,
    requiresMatchingExtension: false,
  },
  outputs: [
    // Amazon recommends minimal compression and compresses the images again.
    {
      name: 'amazon',
      options: { quality: 90, format: 'jpeg', max_width: 2000, max_height: 2000 },
    },
  ],
};
