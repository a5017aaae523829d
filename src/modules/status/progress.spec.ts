import { describe, expect, it } from 'vitest';
import { type Counters, computePace, savedPercent } from './progress.js';

const START = new Date('2026-01-01T00:00:00Z');
const after = (seconds: number) => new Date(START.getTime() + seconds * 1000);
const counters = (some: Partial<Counters>): Counters => ({
  total: 200,
  completed: 0,
  failed: 0,
  cancelled: 0,
  bytesIn: 0,
  bytesOut: 0,
  startedAt: START,
  retriedAt: null,
  kept: 0,
  waitsUntil: null,
  completedAt: null,
  ...some,
});

describe('computePace()', () => {
  it('computePace() counts completed and failed images as finished', () => {
    const pace = computePace(counters({ completed: 120, failed: 10 }), after(10));
    expect(pace).toMatchObject({ percent: 65, imagesPerSecond: 13, etaSeconds: 6 });
  });

  it('computePace() does not count canceled images', () => {
    const stopped = counters({ completed: 20, cancelled: 180, completedAt: after(10) });
    expect(computePace(stopped, after(10))).toMatchObject({
      percent: 10,
      imagesPerSecond: 2,
      etaSeconds: 0,
    });
  });

  it('computePace() returns no ETA before the last retry is due', () => {
    const waiting = counters({ completed: 198, waitsUntil: after(60) });
    expect(computePace(waiting, after(10)).etaSeconds).toBe(50);
    expect(computePace({ ...waiting, waitsUntil: after(10.01) }, after(10)).etaSeconds).toBe(1);
  });

  it('computePace() measures the speed from the start of a retry', () => {
    const retried = counters({ completed: 150, kept: 150, retriedAt: after(600) });
    expect(computePace(retried, after(601))).toMatchObject({ percent: 75, etaSeconds: null });
    expect(computePace({ ...retried, completed: 160 }, after(605))).toMatchObject({
      imagesPerSecond: 2,
      etaSeconds: 20,
    });
  });

  it('computePace() returns no ETA before the first image starts', () => {
    const pace = computePace(counters({ startedAt: null }), after(10));
    expect(pace).toEqual({ percent: 0, savedPercent: 0, imagesPerSecond: 0, etaSeconds: null });
  });

  it('computePace() returns no ETA before the first image ends', () => {
    expect(computePace(counters({}), after(10))).toMatchObject({
      imagesPerSecond: 0,
      etaSeconds: null,
    });
  });

  it('computePace() returns the mean speed of an ended request', () => {
    const ended = counters({ completed: 200, completedAt: after(50) });
    expect(computePace(ended, after(9000))).toMatchObject({
      percent: 100,
      imagesPerSecond: 4,
      etaSeconds: 0,
    });
  });

  it('computePace() returns 100 percent only when no image is left', () => {
    const nearly = counters({ total: 2_000_000, completed: 1_999_999 });
    expect(computePace(nearly, after(10)).percent).toBe(99.9);
  });

  it('computePace() ignores a start time that is in the future', () => {
    const pace = computePace(counters({ completed: 5 }), after(-3));
    expect(pace).toMatchObject({ imagesPerSecond: 0, etaSeconds: null });
  });
});

describe('savedPercent()', () => {
  it.each([
    [1000, 400, 60],
    [3, 1, 66.7],
    [1000, 1000, 0],
    [1000, 1100, -10],
    [0, 0, 0],
  ])('savedPercent() for %i bytes compressed to %i bytes is %d', (bytesIn, bytesOut, saved) => {
    expect(savedPercent(bytesIn, bytesOut)).toBe(saved);
  });
});
