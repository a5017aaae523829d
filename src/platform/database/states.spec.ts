import { describe, expect, it } from 'vitest';
import {
  deliveryStatusesBefore,
  imageStatusesBefore,
  isFinal,
  requestStatusesBefore,
} from './states.js';

describe('State transitions', () => {
  it.each(['completed', 'failed', 'cancelled'] as const)(
    'State transitions reach %s from open states only',
    (final) => {
      expect(imageStatusesBefore(final)).toEqual(['pending', 'queued', 'processing']);
      expect(requestStatusesBefore(final)).toEqual(['pending', 'processing']);
    },
  );

  it('State transitions allow an image to return to pending from processing, from queued, and by a retry', () => {
    expect(imageStatusesBefore('pending')).toEqual(['queued', 'processing', 'failed', 'cancelled']);
  });

  it('State transitions allow a request to restart only from a final state', () => {
    expect(requestStatusesBefore('pending')).toEqual(['completed', 'failed', 'cancelled']);
  });

  it('State transitions allow a delivery to restart after it has ended', () => {
    expect(deliveryStatusesBefore('pending')).toEqual([
      'delivering',
      'delivered',
      'failed',
      'disabled',
    ]);
  });

  it('States are either final or open', () => {
    expect(['pending', 'queued', 'processing'].map((s) => isFinal(s as 'pending'))).toEqual([
      false,
      false,
      false,
    ]);
    expect(isFinal('cancelled')).toBe(true);
  });
});
