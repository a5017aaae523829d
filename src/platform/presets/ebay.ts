import type { Preset } from './preset.js';

export const ebay: Preset = {
  id: 'ebay',
  name: 'eBay',
  title: 'eBay',
  sources: [
    {
      url: 'https://www.ebay.com/help/policies/listing-policies/picture-policy?id=4370',
      wasRead: true,
    },
    {
      url: 'https://developer.ebay.com/api-docs/commerce/media/resources/image/methods/createImageFromUrl',
      wasRead: true,
    },
    {
      url: 'https://developer.ebay.com/devzone/merchant-products/catalog-best-practices/content/images.html',
      wasRead: true,
    },
  ],
  checkedOn: '2026-11-26',
  notes: [
    'The Media API page lists WebP, AVIF and HEIC. The older guidelines do not list them.',
    'The guidelines limit width plus height to 15,000 pixels. An older copy says 12,000.',
    'eBay removes animations. It recommends 1,600 pixels and JPEG quality 90 or more.',
    'URLs must start with https.',
    'eBay also accepts BMP and HEIC, which Pressroom does not read. It does not accept multi-page PNG or TIFF files.',
  ],
  limits: {
    formats: ['jpeg', 'gif', 'png', 'tiff', 'avif', 'webp'],
    minLongestSide: 500,
    maxSideSum: 15_000,
    maxBytes: 12_000_000,
    allowsAnimation: false,
    requiresMatchingExtension: false,
  },
  outputs: [
    {
      name: 'ebay',
      options: { quality: 90, format: 'jpeg', max_width: 1600, max_height: 1600 },
    },
  ],
};
