import type { Preset } from './preset.js';

export const shopify: Preset = {
  id: 'shopify',
  name: 'Shopify',
  title: 'Shopify',
  sources: [
    {
      url: 'https://help.shopify.com/en/manual/products/product-media/product-media-types',
      wasRead: false,
    },
  ],
  checkedOn: '2026-11-26',
  notes: [
    'The page could not be read. The limits come from other publications, which agree on 20 MB.',
    'Most publications state 5,000 x 5,000 pixels (25 megapixels). Older publications state 4,472 x 4,472 pixels (20 megapixels).',
    'Shopify recommends 2,048 x 2,048 pixels. Zoom does not work below 800 x 800 pixels.',
    'Shopify also accepts HEIC, SVG, BMP and PSD, which Pressroom does not read.',
  ],
  limits: {
    formats: ['jpeg', 'png', 'webp', 'gif', 'tiff'],
    maxLongestSide: 5000,
    maxPixels: 25_000_000,
    maxBytes: 20_000_000,
    allowsAnimation: true,
    requiresMatchingExtension: false,
  },
  outputs: [
    {
      name: 'shopify',
      options: { quality: 85, format: 'jpeg', max_width: 2048, max_height: 2048 },
    },
  ],
};
