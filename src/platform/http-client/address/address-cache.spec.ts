import { describe, expect, it } from 'vitest';
import { AddressCache } from './address-cache.js';

const ADDRESS = [{ address: '192.0.2.1', family: 4 }];

function createCache(resolve: () => Promise<typeof ADDRESS>) {
  const clock = { ms: 0 };
  const lookUps: string[] = [];
  const cache = new AddressCache(
    (hostname) => {
      lookUps.push(hostname);
      return resolve();
    },
    () => clock.ms,
  );
  return { cache, lookUps, clock };
}

describe('AddressCache', () => {
  it('AddressCache looks up a name once for many simultaneous downloads', async () => {
    const { cache, lookUps } = createCache(() => Promise.resolve(ADDRESS));
    const results = await Promise.all(Array.from({ length: 100 }, () => cache.lookUp('a.example')));
    expect(results).toEqual(results.map(() => ADDRESS));
    expect(lookUps).toEqual(['a.example']);
  });

  it('AddressCache looks up a name again after 30 s', async () => {
    const { cache, lookUps, clock } = createCache(() => Promise.resolve(ADDRESS));
    await cache.lookUp('a.example');
    clock.ms = 29_999;
    await cache.lookUp('a.example');
    expect(lookUps).toHaveLength(1);
    clock.ms = 30_001;
    await cache.lookUp('a.example');
    expect(lookUps).toHaveLength(2);
  });

  it('AddressCache caches a failure for only 2 s', async () => {
    const { cache, lookUps, clock } = createCache(() => Promise.reject(new Error('ENOTFOUND')));
    for (let i = 0; i < 50; i++) {
      await expect(cache.lookUp('dead.example')).rejects.toThrow('ENOTFOUND');
    }
    expect(lookUps).toHaveLength(1);
    clock.ms = 2001;
    await expect(cache.lookUp('dead.example')).rejects.toThrow('ENOTFOUND');
    expect(lookUps).toHaveLength(2);
  });
});
