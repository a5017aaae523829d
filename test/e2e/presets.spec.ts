import { describe, expect, it } from 'vitest';
import { Scenario } from '../support/scenario.js';

const scenario = Scenario.forThisFile({ origin: true, receiver: true });

interface PresetAnswer {
  id: string;
  limits: Record<string, unknown>;
  outputs: Record<string, unknown>[];
  sources: { url: string }[];
}

describe('GET /presets', () => {
  it('GET /presets lists the limits, the outputs and the sources of six marketplaces', async () => {
    const { body } = await scenario.api.getJson<{ presets: PresetAnswer[] }>('/presets');
    expect(body.presets.map(({ id }) => id)).toEqual([
      'google',
      'amazon',
      'ebay',
      'shopify',
      'meta',
      'etsy',
    ]);
    expect(body.presets[0]).toMatchObject({
      name: 'Google',
      limits: { min_width: 500, min_height: 500, max_pixels: 64_000_000, max_bytes: 16_000_000 },
      outputs: [{ name: 'google', format: 'jpeg', max_width: 2048, max_height: 2048 }],
      read_on: '2026-11-26',
      sources: [{ url: 'https://support.google.com/merchants/answer/6324350', was_read: true }],
    });
  });
});
