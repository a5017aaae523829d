import { describe, expect, it } from 'vitest';
import { type ProgressCounters, computeProgress, computeSavedPercent } from './progress.js';

const START = new Date('2026-01-01T00:00:00Z');
const secondsAfterStart = (seconds: number) => new Date(START.getTime() + seconds * 1000);
const createCounters = (overrides: Partial<ProgressCounters>): ProgressCounters => ({
  total: 200,
  completed: 0,
  failed: 0,
  cancelled: 0,
  bytesIn: 0,
  bytesOut: 0,
  startedAt: START,
  retriedAt: null,
  completedBeforeRetry: 0,
  waitsUntil: null,
  completedAt: null,
  ...overrides,
});

describe('computeProgress()', () => {
  it('computeProgress() counts completed and failed images as finished', () => {
    const progress = computeProgress(
      createCounters({ completed: 120, failed: 10 }),
      secondsAfterStart(10),
    );
    expect(progress).toMatchObject({ percent: 65, imagesPerSecond: 13, etaSeconds: 6 });
  });

  it('computeProgress() does not count canceled images as finished', () => {
    const canceledRequest = createCounters({
      completed: 20,
      cancelled: 180,
      completedAt: secondsAfterStart(10),
    });
    expect(computeProgress(canceledRequest, secondsAfterStart(10))).toMatchObject({
      percent: 10,
      imagesPerSecond: 2,
      etaSeconds: 0,
    });
  });

  it('computeProgress() returns an ETA no earlier than the last scheduled retry', () => {
    const waitingRequest = createCounters({ completed: 198, waitsUntil: secondsAfterStart(60) });
    expect(computeProgress(waitingRequest, secondsAfterStart(10)).etaSeconds).toBe(50);
    expect(
      computeProgress(
        { ...waitingRequest, waitsUntil: secondsAfterStart(10.01) },
        secondsAfterStart(10),
      ).etaSeconds,
    ).toBe(1);
  });

  it('computeProgress() measures the rate from the start of a retry', () => {
    const retriedRequest = createCounters({
      completed: 150,
      completedBeforeRetry: 150,
      retriedAt: secondsAfterStart(600),
    });
    expect(computeProgress(retriedRequest, secondsAfterStart(601))).toMatchObject({
      percent: 75,
      etaSeconds: null,
    });
    expect(
      computeProgress({ ...retriedRequest, completed: 160 }, secondsAfterStart(605)),
    ).toMatchObject({
      imagesPerSecond: 2,
      etaSeconds: 20,
    });
  });

  it('computeProgress() returns no ETA before the first image starts', () => {
    const progress = computeProgress(createCounters({ startedAt: null }), secondsAfterStart(10));
    expect(progress).toEqual({ percent: 0, savedPercent: 0, imagesPerSecond: 0, etaSeconds: null });
  });

  it('computeProgress() returns no ETA before the first image ends', () => {
    expect(computeProgress(createCounters({}), secondsAfterStart(10))).toMatchObject({
      imagesPerSecond: 0,
      etaSeconds: null,
    });
  });

  it('computeProgress() returns the average rate of a finished request', () => {
    const endedRequest = createCounters({ completed: 200, completedAt: secondsAfterStart(50) });
    expect(computeProgress(endedRequest, secondsAfterStart(9000))).toMatchObject({
      percent: 100,
      imagesPerSecond: 4,
      etaSeconds: 0,
    });
  });

  it('computeProgress() returns 100 percent only if no image remains', () => {
    const almostFinishedRequest = createCounters({ total: 2_000_000, completed: 1_999_999 });
    expect(computeProgress(almostFinishedRequest, secondsAfterStart(10)).percent).toBe(99.9);
  });

  it('computeProgress() returns no rate for a start time in the future', () => {
    const progress = computeProgress(createCounters({ completed: 5 }), secondsAfterStart(-3));
    expect(progress).toMatchObject({ imagesPerSecond: 0, etaSeconds: null });
  });
});

describe('computeSavedPercent()', () => {
  it.each([
    [1000, 400, 60],
    [3, 1, 66.7],
    [1000, 1000, 0],
    [1000, 1100, -10],
    [0, 0, 0],
  ])('computeSavedPercent(%i, %i) returns %d', (bytesIn, bytesOut, expected) => {
    expect(computeSavedPercent(bytesIn, bytesOut)).toBe(expected);
  });
});
