import { describe, expect, it } from 'vitest';
import {
  deliveryStatusesBefore,
  imageStatusesBefore,
  isFinal,
  requestStatusesBefore,
} from './states.js';

describe('State transitions', () => {
  it.each(['completed', 'failed', 'cancelled'] as const)(
    'State transitions to %s start only from unfinished states',
    (finalStatus) => {
      expect(imageStatusesBefore(finalStatus)).toEqual(['pending', 'queued', 'processing']);
      expect(requestStatusesBefore(finalStatus)).toEqual(['pending', 'processing']);
    },
  );

  it('State transitions return an image to pending from queued and processing, and for a retry', () => {
    expect(imageStatusesBefore('pending')).toEqual(['queued', 'processing', 'failed', 'cancelled']);
  });

  it('State transitions allow a request to restart only from a final state', () => {
    expect(requestStatusesBefore('pending')).toEqual(['completed', 'failed', 'cancelled']);
  });

  it('State transitions return a delivery to pending after a failed attempt, and for a resend', () => {
    expect(deliveryStatusesBefore('pending')).toEqual([
      'delivering',
      'delivered',
      'failed',
      'disabled',
    ]);
  });

  it('isFinal() returns false for unfinished statuses and true for cancelled', () => {
    const unfinished = ['pending', 'queued', 'processing'] as const;
    expect(unfinished.map((status) => isFinal(status))).toEqual([false, false, false]);
    expect(isFinal('cancelled')).toBe(true);
  });
});
