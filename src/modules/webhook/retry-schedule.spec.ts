import { describe, expect, it } from 'vitest';
import { parseDurations } from '../../platform/config/durations.js';
import { Env } from '../../platform/config/env.js';
import { getDelayBeforeNextAttempt } from './retry-schedule.js';

const standardSchedule = parseDurations(new Env().WEBHOOK_RETRY_SCHEDULE);
const [S, M, H] = [1000, 60_000, 3_600_000];

describe('getDelayBeforeNextAttempt()', () => {
  it.each([
    [0, 0],
    [1, 5 * S],
    [2, 5 * M],
    [3, 30 * M],
    [4, 2 * H],
    [5, 5 * H],
    [6, 10 * H],
    [7, 14 * H],
    [8, 20 * H],
    [9, 24 * H],
    [10, undefined],
    [11, undefined],
  ])(
    'getDelayBeforeNextAttempt() returns the Standard Webhooks delay after %i attempts: %s ms',
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
