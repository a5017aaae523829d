import { describe, expect, it } from 'vitest';
import { parseDurations } from '../../platform/config/durations.js';
import { Env } from '../../platform/config/env.js';
import { pauseBeforeNextTry } from './retry-schedule.js';

const standard = parseDurations(new Env().WEBHOOK_RETRY_SCHEDULE);
const [S, M, H] = [1000, 60_000, 3_600_000];

describe('pauseBeforeNextTry', () => {
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
  ])('after %i tries is %s ms, as Standard Webhooks recommends', (attempts, pause) => {
    expect(pauseBeforeNextTry(standard, attempts, 0, () => 0)).toBe(pause);
  });

  it('is up to a fifth longer, so that failures spread out', () => {
    expect(pauseBeforeNextTry([0, 1000], 1, 0, () => 0.5)).toBe(1100);
    expect(pauseBeforeNextTry([0, 1000], 1, 0, () => 0.999)).toBeLessThan(1200);
  });

  it('is as long as the receiver asks, and never shorter than the schedule', () => {
    expect(pauseBeforeNextTry([0, 1000], 1, 9000, () => 0)).toBe(9000);
    expect(pauseBeforeNextTry([0, 1000], 1, 10, () => 0)).toBe(1000);
    expect(pauseBeforeNextTry([0, 1000], 2, 10, () => 0)).toBeUndefined();
  });
});
