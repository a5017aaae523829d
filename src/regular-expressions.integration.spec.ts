import { describe, expect, it } from 'vitest';
import { findNonlinearity } from '../test/support/linear-time.js';
import { findRegularExpressions } from '../test/support/regular-expressions.js';

/** This is an integration test, because the analysis starts a process and takes several seconds. */
describe('Every regular expression in src and web/src', () => {
  it('Every regular expression in src and web/src runs in linear time', async () => {
    const { literals } = findRegularExpressions(['src', 'web/src']);
    const uniqueLiterals = new Map(
      literals.map((literal) => [`/${literal.source}/${literal.flags}`, literal]),
    );
    const reasons: string[] = [];
    for (const expression of uniqueLiterals.values()) {
      const reason = await findNonlinearity(expression);
      if (reason !== undefined) reasons.push(reason);
    }
    expect(reasons).toEqual([]);
  }, 300_000);
});
