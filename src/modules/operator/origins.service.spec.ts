import { describe, expect, it } from 'vitest';
import { mergeOrigins } from './origins.service.js';

describe('mergeOrigins()', () => {
  it('mergeOrigins() combines the waiting images of a host with its state in each process', () => {
    const state = {
      host: 'a.example',
      running: 4,
      concurrency: 16,
      requests_per_minute: 60,
      breaker: 'open' as const,
      paused_until: new Date('2026-01-31T09:05:00Z'),
      reason: 'long',
    };
    expect(mergeOrigins([{ host: 'a.example', images: 40 }], [state], [])).toEqual([
      {
        host: 'a.example',
        images_waiting: 40,
        downloads: 4,
        concurrency: 16,
        requests_per_minute: 60,
        breaker: 'open',
        is_paused: false,
        paused_until: '2026-01-31T09:05:00.000Z',
        reason: 'long',
      },
    ]);
  });

  it('mergeOrigins() lists paused hosts first, even without waiting images, followed by the longest queues', () => {
    const pendingHosts = [
      { host: 'few.example', images: 1 },
      { host: 'many.example', images: 9 },
    ];
    const pauses = [
      {
        kind: 'origin' as const,
        name: 'paused.example',
        reason: 'The shop is moving its server.',
        pausedBy: 'ops',
      },
      { kind: 'owner' as const, name: 'shop', reason: '', pausedBy: 'ops' },
    ];
    const origins = mergeOrigins(pendingHosts, [], pauses);
    expect(origins.map(({ host }) => host)).toEqual([
      'paused.example',
      'many.example',
      'few.example',
    ]);
    expect(origins[0]).toMatchObject({
      is_paused: true,
      reason: 'Paused by ops: The shop is moving its server.',
    });
  });
});
