import type { Preset } from './preset.js';

export const etsy: Preset = {
  id: 'etsy',
  name: 'Etsy',
  title: 'Etsy',
  sources: [
    { url: 'https://help.etsy.com/hc/en-us/articles/115015663347', wasRead: false },
    {
      url: 'https://www.etsy.com/legal/policy/listing-image-requirements/253962679005',
      wasRead: true,
    },
  ],
  checkedOn: '2026-11-26',
  notes: [
    'The help page could not be read, and the policy states no sizes. The limits come from other publications.',
    'Etsy recommends 2,000 pixels. Publications disagree on whether this means the shortest or the longest side.',
    'One publication says that Etsy accepts a first photo that is at least 635 pixels wide.',
    'Publications disagree on whether animated GIFs are accepted. The check rejects them.',
  ],
  limits: {
    formats: ['jpeg', 'png', 'gif'],
    minWidth: 635,
    maxBytes: 10_000_000,
    allowsAnimation: false,
    requiresMatchingExtension: false,
  },
  outputs: [
    {
      name: 'etsy',
      options: { quality: 85, format: 'jpeg', max_width: 3000, max_height: 3000 },
    },
  ],
};
