import { describe, expect, it } from 'vitest';
import { RedisRefusesWritesError } from '../../platform/queues/redis-errors.js';
import { toFinding } from './finding.js';

describe('toFinding()', () => {
  it('toFinding() quotes a Redis reply of several sentences unchanged, as part of the fix', () => {
    const reply =
      'MISCONF Redis is unable to persist to disk. Commands that modify data are disabled.';
    expect(toFinding('redis', new RedisRefusesWritesError(reply))).toMatchObject({
      message: 'Redis rejected a write.',
      fix: `Fix the cause in Redis. Redis replied: ${reply}`,
    });
  });
});
