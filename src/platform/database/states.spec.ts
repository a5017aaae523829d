import { describe, expect, it } from 'vitest';
import {
  deliveryStatusesBefore,
  imageStatusesBefore,
  isFinal,
  requestStatusesBefore,
} from './states.js';

describe('states', () => {
  it.each(['completed', 'failed', 'cancelled'] as const)(
    'reach %s only from an open state',
    (final) => {
      expect(imageStatusesBefore(final)).toEqual(['pending', 'queued', 'processing']);
      expect(requestStatusesBefore(final)).toEqual(['pending', 'processing']);
    },
  );

  it('let an image go back to wait from a worker, from the queue, or when its request is retried', () => {
    expect(imageStatusesBefore('pending')).toEqual(['queued', 'processing', 'failed', 'cancelled']);
  });

  it('let a request begin anew only from its end', () => {
    expect(requestStatusesBefore('pending')).toEqual(['completed', 'failed', 'cancelled']);
  });

  it('let a delivery start over once it has ended', () => {
    expect(deliveryStatusesBefore('pending')).toEqual([
      'delivering',
      'delivered',
      'failed',
      'disabled',
    ]);
  });

  it('tell final from open', () => {
    expect(['pending', 'queued', 'processing'].map((s) => isFinal(s as 'pending'))).toEqual([
      false,
      false,
      false,
    ]);
    expect(isFinal('cancelled')).toBe(true);
  });
});
