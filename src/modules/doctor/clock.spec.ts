import { describe, expect, it } from 'vitest';
import { checkClock, computeClockOffsetSeconds } from './clock.js';

describe('computeClockOffsetSeconds()', () => {
  it.each([
    ['during the call', { serverMs: 1500, beforeMs: 1000, afterMs: 2000 }, 0],
    ['after the call', { serverMs: 5000, beforeMs: 1000, afterMs: 2000 }, 3],
    ['before the call', { serverMs: 500, beforeMs: 2500, afterMs: 2600 }, -1.999],
    [
      'within the one-second resolution of a header',
      { serverMs: 2000, beforeMs: 2900, afterMs: 2950, resolutionMs: 1000 },
      0,
    ],
  ])(
    'computeClockOffsetSeconds() returns the offset of a server time %s',
    (_case, reading, seconds) => {
      expect(computeClockOffsetSeconds(reading)).toBe(seconds);
    },
  );
});

describe('checkClock()', () => {
  const limits = { warningSeconds: 5, errorSeconds: 300 };
  it.each([
    [4, 'ok'],
    [60, 'warning'],
    [-60, 'warning'],
    [301, 'error'],
    [-302, 'error'],
  ])('checkClock() reports an offset of %i s as %j', (seconds, status) => {
    const reading = { serverMs: seconds * 1000, beforeMs: 0, afterMs: 0 };
    expect(checkClock('s3.clock', 'the S3 server', reading, limits)).toMatchObject({ status });
  });
});
