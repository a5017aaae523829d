import { describe, expect, it } from 'vitest';
import { parseDurations } from '../../platform/config/durations.js';
import { Env } from '../../platform/config/env.js';
import { getDelayBeforeNextAttempt } from './retry-schedule.js';

const standardSchedule = parseDurations(new Env().WEBHOOK_RETRY_SCHEDULE);
const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

describe('getDelayBeforeNextAttempt()', () => {
  it.each([
    [0, 0],
    [1, 5 * SECOND_MS],
    [2, 5 * MINUTE_MS],
    [3, 30 * MINUTE_MS],
    [4, 2 * HOUR_MS],
    [5, 5 * HOUR_MS],
    [6, 10 * HOUR_MS],
    [7, 14 * HOUR_MS],
    [8, 20 * HOUR_MS],
    [9, 24 * HOUR_MS],
    [10, undefined],
    [11, undefined],
  ])(
    'getDelayBeforeNextAttempt() follows the Standard Webhooks schedule after %i attempts (%s ms)',
    (attempts, expected) => {
      expect(getDelayBeforeNextAttempt(standardSchedule, attempts, 0, () => 0)).toBe(expected);
    },
  );

  it('getDelayBeforeNextAttempt() adds up to 20% jitter', () => {
    expect(getDelayBeforeNextAttempt([0, 1000], 1, 0, () => 0.5)).toBe(1100);
    expect(getDelayBeforeNextAttempt([0, 1000], 1, 0, () => 0.999)).toBeLessThan(1200);
  });

  it('getDelayBeforeNextAttempt() respects Retry-After unless the schedule has a longer delay', () => {
    expect(getDelayBeforeNextAttempt([0, 1000], 1, 9000, () => 0)).toBe(9000);
    expect(getDelayBeforeNextAttempt([0, 1000], 1, 10, () => 0)).toBe(1000);
    expect(getDelayBeforeNextAttempt([0, 1000], 2, 10, () => 0)).toBeUndefined();
  });
});
