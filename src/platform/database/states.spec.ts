import { describe, expect, it } from 'vitest';
import {
  deliveryStatusesBefore,
  imageStatusesBefore,
  isFinal,
  requestStatusesBefore,
} from './states.js';

describe('Status transitions', () => {
  it.each(['completed', 'failed', 'cancelled'] as const)(
    'imageStatusesBefore() and requestStatusesBefore() return only unfinished statuses for %s',
    (finalStatus) => {
      expect(imageStatusesBefore(finalStatus)).toEqual(['pending', 'queued', 'processing']);
      expect(requestStatusesBefore(finalStatus)).toEqual(['pending', 'processing']);
    },
  );

  it('imageStatusesBefore() returns the in-flight, failed and canceled statuses for pending', () => {
    expect(imageStatusesBefore('pending')).toEqual(['queued', 'processing', 'failed', 'cancelled']);
  });

  it('requestStatusesBefore() returns only final statuses for pending', () => {
    expect(requestStatusesBefore('pending')).toEqual(['completed', 'failed', 'cancelled']);
  });

  it('deliveryStatusesBefore() returns delivering and the final statuses for pending', () => {
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
