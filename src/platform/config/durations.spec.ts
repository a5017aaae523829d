import { describe, expect, it } from 'vitest';
import { parseDurations } from './durations.js';

describe('parseDurations()', () => {
  it('parseDurations() accepts every unit', () => {
    expect(parseDurations('0s, 200ms,5s,30m,2h,1d')).toEqual([
      0, 200, 5000, 1_800_000, 7_200_000, 86_400_000,
    ]);
  });

  it.each(['', '5', 's', '-5s', '1.5h', '5 s', '0s,,5s', '0s,', '5w', '1234567s'])(
    'parseDurations() rejects %j',
    (text) => expect(() => parseDurations(text)).toThrow(/is not a duration/),
  );
});
