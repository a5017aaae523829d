/**
 * Returns true if Redis evicts jobs when its memory is full. The `volatile-*` policies remove only keys
 * that expire, and jobs do not expire.
 *
 * @param policy `maxmemory-policy` of Redis
 */
export const evictsJobs = (policy: string): boolean =>
  policy !== 'noeviction' && !policy.startsWith('volatile-');
