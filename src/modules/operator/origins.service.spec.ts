import { describe, expect, it } from 'vitest';
import type { OriginState } from '../../platform/database/entities/worker.entity.js';
import { mergeOrigins } from './origins.service.js';

const state = (host: string, fields: Partial<OriginState> = {}): OriginState => ({
  host,
  running: 2,
  waiting: 0,
  concurrency: 8,
  requests_per_minute: null,
  breaker: 'closed',
  paused_until: null,
  reason: null,
  ...fields,
});

describe('mergeOrigins()', () => {
  it('mergeOrigins() adds up what several processes know about a host', () => {
    const states = [
      state('a.example', { requests_per_minute: 30 }),
      state('a.example', { requests_per_minute: 30, breaker: 'open' }),
    ];
    expect(mergeOrigins([{ host: 'a.example', images: 40 }], states, [])).toMatchObject([
      {
        host: 'a.example',
        images_waiting: 40,
        downloads: 4,
        concurrency: 16,
        requests_per_minute: 60,
        breaker: 'open',
      },
    ]);
  });

  it('mergeOrigins() keeps the longest pause with its reason', () => {
    const states = [
      state('a.example', { paused_until: '2026-01-31T09:00:00Z', reason: 'short' }),
      state('a.example', { paused_until: '2026-01-31T09:05:00Z', reason: 'long' }),
      state('a.example', { paused_until: '2026-01-31T09:01:00Z', reason: 'other' }),
    ];
    expect(mergeOrigins([], states, [])).toMatchObject([
      { paused_until: '2026-01-31T09:05:00.000Z', reason: 'long' },
    ]);
  });

  it('mergeOrigins() lists paused hosts first, also without waiting images, and then the longest queues', () => {
    const pending = [
      { host: 'few.example', images: 1 },
      { host: 'many.example', images: 9 },
    ];
    const pauses = [
      { kind: 'origin' as const, name: 'paused.example', reason: 'Moves.', pausedBy: 'ops' },
      { kind: 'owner' as const, name: 'shop', reason: '', pausedBy: 'ops' },
    ];
    const origins = mergeOrigins(pending, [], pauses);
    expect(origins.map(({ host }) => host)).toEqual([
      'paused.example',
      'many.example',
      'few.example',
    ]);
    expect(origins[0]).toMatchObject({ is_paused: true, reason: 'Paused by ops: Moves.' });
  });
});
