/**
 * Returns whether Redis removes jobs when its memory is full. The policies `volatile-*` remove only keys that
 * expire. Jobs do not expire.
 *
 * @param policy `maxmemory-policy` of Redis
 */
export const evictsJobs = (policy: string): boolean =>
  policy !== 'noeviction' && !policy.startsWith('volatile-');
