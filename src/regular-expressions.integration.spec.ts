import { describe, expect, it } from 'vitest';
import { findNonlinearity } from '../test/support/linear-time.js';
import { findRegularExpressions } from '../test/support/regular-expressions.js';

/** Starts a process, and computes for some seconds: too long for a unit test. */
describe('Each regular expression of src and web/src', () => {
  it('Each regular expression of src and web/src runs in linear time', async () => {
    const { literals } = findRegularExpressions(['src', 'web/src']);
    const unique = new Map(literals.map((found) => [`/${found.source}/${found.flags}`, found]));
    const reasons: string[] = [];
    for (const expression of unique.values()) {
      const reason = await findNonlinearity(expression);
      if (reason !== undefined) reasons.push(reason);
    }
    expect(reasons).toEqual([]);
  }, 300_000);
});
