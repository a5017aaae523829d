import type { Preset } from './preset.js';

export const amazon: Preset = {
  id: 'amazon',
  name: 'Amazon',
  title: 'Amazon',
  sources: [
    { url: 'https://sellercentral.amazon.com/gp/help/external/G9FUUH87RBNXGKB7', wasRead: true },
    { url: 'https://sellercentral.amazon.com/gp/help/external/G1881', wasRead: false },
  ],
  readOn: '2026-11-26',
  notes: [
    'The page asks for 1,000 pixels on the longest side, the minimum for zoom.',
    'Other publications name 500 pixels as the minimum, without zoom.',
    'The limit of 10 MB comes from other publications. The part of the page that could be read states none.',
    'The main image needs a pure white background, which Pressroom does not check.',
    'Bulk uploads need names such as `B000123456.MAIN.jpg`: ASIN, variant code, extension.',
  ],
  limits: {
    formats: ['jpeg', 'tiff', 'png', 'gif'],
    minLongestSide: 1000,
    maxLongestSide: 10_000,
    maxBytes: 10_000_000,
    animation: false,
    matchingExtension: false,
  },
  outputs: [
    // Amazon asks for minimal compression and compresses again.
    {
      name: 'amazon',
      options: { quality: 90, format: 'jpeg', max_width: 2000, max_height: 2000 },
    },
  ],
};
